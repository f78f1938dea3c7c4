package io.farref.group.membership;

import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Cleans up in the store when a worker joins or leaves. */
final class StoreCleanup {
  private static final long LINGER_NANOS = 2_000_000_000L;

  private StoreCleanup() {}

  /** Waits for up to two seconds until all members of a group that has just formed know so. */
  static void awaitOthersJoined(Store store, View view) throws IOException {
    long deadline = System.nanoTime() + LINGER_NANOS;
    Snapshot present = store.list("");
    while (true) {
      GroupState roll = GroupState.parse(present);
      boolean joining =
          view.members().stream()
              .anyMatch(member -> roll.isPresent(member) && roll.isReady(view, member));
      long left = deadline - System.nanoTime();
      if (!joining || left <= 0) {
        return;
      }
      present = store.await("", present, Duration.ofNanos(left));
    }
  }

  /** Removes the keys that no present worker needs. */
  static void clean(Store store) throws IOException {
    Snapshot snapshot = store.list("");
    GroupState roll = GroupState.parse(snapshot);
    for (Map.Entry<Integer, View> entry : roll.views().entrySet()) {
      View view = entry.getValue();
      if (view.members().stream().noneMatch(roll::isPresent)) {
        if (entry.getKey() < roll.views().lastKey()) {
          store.remove(GroupState.VIEW + entry.getKey());
        }
        for (String ready : roll.ready()) {
          if (ready.startsWith(view.groupId() + "/")) {
            store.remove(GroupState.READY + ready);
          }
        }
      }
    }
    for (String group : roll.verdicts().keySet()) {
      if (roll.views().values().stream().noneMatch(view -> view.groupId().equals(group))) {
        store.remove(GroupState.VERDICT + group);
      }
    }
    for (String refused : roll.refusals().keySet()) {
      if (!roll.registrations().containsKey(refused)) {
        store.remove(GroupState.REFUSED + refused);
      }
    }
  }

  /** Removes those views of an open group that newer views have replaced. */
  static void cleanOpen(Store store, GroupState roll) throws IOException {
    var latest =
        roll.views().descendingMap().entrySet().stream()
            .filter(e -> e.getValue().isOpen())
            .findFirst();
    if (latest.isPresent()) {
      for (var entry : roll.views().headMap(latest.get().getKey()).entrySet()) {
        if (entry.getValue().isOpen()) {
          store.remove(GroupState.VIEW + entry.getKey());
        }
      }
    }
  }
}
