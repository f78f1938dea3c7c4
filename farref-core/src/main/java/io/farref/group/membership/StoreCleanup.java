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
    Snapshot present = store.list(GroupState.PREFIX);
    while (true) {
      GroupState state = GroupState.parse(present);
      boolean joining =
          view.members().stream()
              .anyMatch(member -> state.isPresent(member) && state.isReady(view, member));
      long left = deadline - System.nanoTime();
      if (!joining || left <= 0) {
        return;
      }
      present = store.await(GroupState.PREFIX, present, Duration.ofNanos(left));
    }
  }

  /** Removes the keys that no present worker needs. */
  static void clean(Store store) throws IOException {
    Snapshot snapshot = store.list(GroupState.PREFIX);
    GroupState state = GroupState.parse(snapshot);
    for (Map.Entry<Integer, View> entry : state.views().entrySet()) {
      View view = entry.getValue();
      if (view.members().stream().noneMatch(state::isPresent)) {
        if (entry.getKey() < state.views().lastKey()) {
          store.remove(GroupState.VIEW + entry.getKey());
        }
        for (String ready : state.ready()) {
          if (ready.startsWith(view.groupId() + "/")) {
            store.remove(GroupState.READY + ready);
          }
        }
      }
    }
    for (String group : state.verdicts().keySet()) {
      if (state.views().values().stream().noneMatch(view -> view.groupId().equals(group))) {
        store.remove(GroupState.VERDICT + group);
      }
    }
    cleanRefused(store, state);
    cleanKnown(store, state);
  }

  /** Removes the refusals of workers that are gone. */
  private static void cleanRefused(Store store, GroupState state) throws IOException {
    for (String refused : state.refusals().keySet()) {
      if (!state.registrations().containsKey(refused)) {
        store.remove(GroupState.REFUSED + refused);
      }
    }
  }

  /** Removes what workers that are gone said about the members that they know. */
  private static void cleanKnown(Store store, GroupState state) throws IOException {
    for (String key : store.list(JoinAcknowledgements.KNOWN).entries().keySet()) {
      if (!state.registrations().containsKey(key.substring(JoinAcknowledgements.KNOWN.length()))) {
        store.remove(key);
      }
    }
  }

  /** Removes those views of an open group that newer views have replaced. */
  static void cleanOpen(Store store, GroupState state) throws IOException {
    var latest =
        state.views().descendingMap().entrySet().stream()
            .filter(e -> e.getValue().isOpen())
            .findFirst();
    if (latest.isPresent()) {
      for (var entry : state.views().headMap(latest.get().getKey()).entrySet()) {
        if (entry.getValue().isOpen()) {
          store.remove(GroupState.VIEW + entry.getKey());
        }
      }
    }
    cleanRefused(store, state);
    cleanKnown(store, state);
  }
}
