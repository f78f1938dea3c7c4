package io.farref.ref.lifetime;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The entries of a table, spread over striped locks, and the one way to change them: under the lock
 * of the value, with the effects performed after it is released. Thread-safe.
 */
final class Stripes {
  private final TableState table;
  private final Stripe[] stripes;

  /** Makes {@code count} stripes, a power of two up to 64. */
  Stripes(TableState table, int count, Supplier<Stripe> newStripe) {
    this.table = table;
    stripes = new Stripe[count];
    for (int i = 0; i < count; i++) {
      stripes[i] = newStripe.get();
    }
  }

  /** Begins a transition of a value. */
  Transition enter(ValueId id) {
    return enter(id.hashCode());
  }

  /** Begins a transition of a value that the table has, or had. */
  Transition enter(RefEntry entry) {
    return enter(entry.hash());
  }

  private Transition enter(int hash) {
    // The upper bits: the lower ones select the slot in the stripe.
    return new Transition(stripes[hash >>> 26 & stripes.length - 1], table);
  }

  /** Changes every entry, each under its lock. */
  void sweep(BiConsumer<RefEntry, Effects> step) {
    Effects effects = new Effects(table);
    forEach(entry -> step.accept(entry, effects));
    effects.perform();
  }

  /** Removes every entry, telling the listener that its value is lost; no transition follows. */
  void close() {
    Effects effects = new Effects(table);
    for (Stripe stripe : stripes) {
      stripe.lock();
      try {
        stripe.forEach(
            entry -> {
              if (entry.loss() == null) {
                effects.lost(entry, LossReason.CLOSED);
              }
            });
        stripe.close();
      } finally {
        stripe.unlock();
      }
    }
    effects.perform();
  }

  /** Shows every entry, each under its lock. */
  void forEach(Consumer<RefEntry> visitor) {
    for (Stripe stripe : stripes) {
      stripe.lock();
      try {
        stripe.forEach(visitor);
      } finally {
        stripe.unlock();
      }
    }
  }

  /** Adds up a count of each stripe. */
  int sum(ToIntFunction<Stripe> count) {
    int sum = 0;
    for (Stripe stripe : stripes) {
      stripe.lock();
      try {
        sum += count.applyAsInt(stripe);
      } finally {
        stripe.unlock();
      }
    }
    return sum;
  }
}
