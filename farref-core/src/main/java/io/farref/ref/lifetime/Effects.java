package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a transition of the state machine: collected under a lock, performed after it is
 * released. Their order between transitions does not matter to the protocol (G5). Not thread-safe.
 */
class Effects {
  private final TableState table;
  private @Nullable Effect first; // most transitions have one
  private @Nullable List<Effect> more;

  /** Makes an empty one. */
  Effects(TableState table) {
    this.table = table;
  }

  /** Messages to this worker itself and to lost workers are dropped (G4). */
  final void send(int worker, ControlMessage message) {
    if (worker != table.self() && !table.isLost(worker)) {
      add(new Send(worker, message));
    }
  }

  /** A worker holds one more value of this worker, or one less: counted at once. */
  final void charge(int worker, int change) {
    table.quotas().add(worker, change);
  }

  /** So many transfers more, or less, of that passer wait for the answer of an owner. */
  final void awaits(int passer, int change) {
    table.unsettled().add(passer, change);
  }

  final boolean isLost(int worker) {
    return table.isLost(worker);
  }

  /** Whether another transfer of that passer may wait. */
  final boolean mayAwait(int passer) {
    return !table.unsettled().isFull(passer);
  }

  final void free(OwnerEntry entry) {
    add(new Free(entry));
  }

  final void lost(RefEntry entry, LossReason reason) {
    add(new Lost(entry, reason));
  }

  final void origin(OwnerEntry entry, StackTraceElement site) {
    add(new Origin(entry, site));
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

  /** Performs all effects, even if the listener throws; then throws its first exception. */
  final void perform() {
    if (first == null) {
      return;
    }
    LifetimeTable.Listener listener = table.listener();
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
        case Send(int worker, ControlMessage message) -> listener.send(worker, message);
        case Free(OwnerEntry entry) -> listener.free(entry);
        case Lost(RefEntry entry, LossReason reason) -> listener.lost(entry, reason);
        case Origin(OwnerEntry entry, StackTraceElement site) -> listener.origin(entry, site);
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

  private record Send(int worker, ControlMessage message) implements Effect {}

  private record Free(OwnerEntry entry) implements Effect {}

  private record Lost(RefEntry entry, LossReason reason) implements Effect {}

  private record Origin(OwnerEntry entry, StackTraceElement site) implements Effect {}
}
