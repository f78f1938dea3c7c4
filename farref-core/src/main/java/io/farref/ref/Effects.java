package io.farref.ref;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step of the state machine wants done, gathered under a lock and done after it is left.
 * Their order between steps does not matter to the protocol (G5). Not thread-safe.
 */
final class Effects {
  private final int self;
  private final Set<Integer> lost;
  private @Nullable List<Effect> effects;

  /** Makes an empty one; messages to oneself and to workers in {@code lost} are dropped (G4). */
  Effects(int self, Set<Integer> lost) {
    this.self = self;
    this.lost = lost;
  }

  void send(int worker, Control message) {
    if (worker != self && !lost.contains(worker)) {
      add(new Send(worker, message));
    }
  }

  void free(ValueId id) {
    add(new Free(id));
  }

  void lost(ValueId id, Loss reason) {
    add(new Lost(id, reason));
  }

  private void add(Effect effect) {
    if (effects == null) {
      effects = new ArrayList<>(2);
    }
    effects.add(effect);
  }

  /** Does them all, whatever the listener throws; then throws the first of that. */
  void perform(LifetimeTable.Listener listener) {
    if (effects == null) {
      return;
    }
    RuntimeException failure = null;
    for (Effect effect : effects) {
      try {
        switch (effect) {
          case Send(int worker, Control message) -> listener.send(worker, message);
          case Free(ValueId id) -> listener.free(id);
          case Lost(ValueId id, Loss reason) -> listener.lost(id, reason);
        }
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private sealed interface Effect {}

  private record Send(int worker, Control message) implements Effect {}

  private record Free(ValueId id) implements Effect {}

  private record Lost(ValueId id, Loss reason) implements Effect {}
}
