package io.farref.ref;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The entries of a table, spread over locks, and the one way to take a step with them: under the
 * lock of the value, with the effects performed after it is left. Thread-safe.
 */
final class Stripes {
  /** A step with one value, under its lock. */
  interface Step {
    void take(Stripe stripe, Effects effects);
  }

  /** A step that ends in yes or no. */
  interface Question {
    boolean ask(Stripe stripe, Effects effects);
  }

  private final int self;
  private final Set<Integer> lost;
  private final LifetimeTable.Listener listener;
  private final Stripe[] stripes;
  private volatile boolean closed;

  Stripes(int count, int self, Set<Integer> lost, LifetimeTable.Listener listener) {
    this.self = self;
    this.lost = lost;
    this.listener = listener;
    stripes = new Stripe[count];
    for (int i = 0; i < count; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The part of the table where a value is, to be used as a lock too. */
  Stripe of(ValueId id) {
    int hash = id.hashCode();
    return stripes[((hash ^ hash >>> 16) & Integer.MAX_VALUE) % stripes.length];
  }

  /** Takes a step with one value; does nothing once closed. */
  void step(ValueId id, Step step) {
    ask(
        id,
        (stripe, effects) -> {
          step.take(stripe, effects);
          return true;
        });
  }

  /** Takes a step with one value and returns its answer; false once closed. */
  boolean ask(ValueId id, Question question) {
    Effects effects = new Effects(self, lost);
    Stripe stripe = of(id);
    boolean answer;
    synchronized (stripe) {
      if (closed) {
        return false;
      }
      answer = question.ask(stripe, effects);
      stripe.removeIfEnded(id);
    }
    effects.perform(listener);
    return answer;
  }

  /** Takes a step with every entry, each under its lock. */
  void sweep(BiConsumer<Entry, Effects> step) {
    Effects effects = new Effects(self, lost);
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.forEach(entry -> step.accept(entry, effects));
      }
    }
    effects.perform(listener);
  }

  /** Removes every entry, telling the listener that its value is lost; no step is taken after. */
  void close() {
    closed = true;
    Effects effects = new Effects(self, lost);
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.forEach(
            entry -> {
              if (entry.loss() == null) {
                effects.lost(entry.id(), Loss.CLOSED);
              }
            });
        stripe.clear();
      }
    }
    effects.perform(listener);
  }

  boolean closed() {
    return closed;
  }

  /** Shows every entry, each under its lock. */
  void forEach(Consumer<Entry> visitor) {
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.forEach(visitor);
      }
    }
  }

  /** Adds up what is counted per stripe. */
  int sum(ToIntFunction<Stripe> count) {
    int sum = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        sum += count.applyAsInt(stripe);
      }
    }
    return sum;
  }
}
