package io.farref.ref;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step of the state machine wants done, gathered under a lock and done after it is left.
 * Their order between steps does not matter to the protocol (G5). Not thread-safe.
 */
class Effects {
  private final int self;
  private final Set<Integer> lost;
  private final Quotas quotas;
  private @Nullable Effect first; // most steps have one
  private @Nullable List<Effect> more;

  /** Makes an empty one; messages to oneself and to workers in {@code lost} are dropped (G4). */
  Effects(int self, Set<Integer> lost, Quotas quotas) {
    this.self = self;
    this.lost = lost;
    this.quotas = quotas;
  }

  final void send(int worker, Control message) {
    if (worker != self && !lost.contains(worker)) {
      add(new Send(worker, message));
    }
  }

  /** A worker holds one value of ours more, or one less: counted at once. */
  final void charge(int worker, int change) {
    quotas.add(worker, change);
  }

  final void free(OwnerEntry entry) {
    add(new Free(entry));
  }

  final void lost(Entry entry, Loss reason) {
    add(new Lost(entry, reason));
  }

  private void add(Effect effect) {
    if (first == null) {
      first = effect;
      return;
    }
    if (more == null) {
      more = new ArrayList<>(2);
    }
    more.add(effect);
  }

  /** Does them all, whatever the listener throws; then throws the first of that. */
  final void perform(LifetimeTable.Listener listener) {
    if (first == null) {
      return;
    }
    RuntimeException failure = perform(first, listener, null);
    if (more != null) {
      for (Effect effect : more) {
        failure = perform(effect, listener, failure);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException perform(
      Effect effect, LifetimeTable.Listener listener, @Nullable RuntimeException earlier) {
    try {
      switch (effect) {
        case Send(int worker, Control message) -> listener.send(worker, message);
        case Free(OwnerEntry entry) -> listener.free(entry);
        case Lost(Entry entry, Loss reason) -> listener.lost(entry, reason);
      }
      return earlier;
    } catch (RuntimeException e) {
      if (earlier == null) {
        return e;
      }
      earlier.addSuppressed(e);
      return earlier;
    }
  }

  private sealed interface Effect {}

  private record Send(int worker, Control message) implements Effect {}

  private record Free(OwnerEntry entry) implements Effect {}

  private record Lost(Entry entry, Loss reason) implements Effect {}
}
