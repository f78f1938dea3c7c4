package io.farref.group.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.group.JoinRequest;
import io.farref.group.store.StoreContext;
import io.farref.group.store.Stores;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers that die leave in a store that lives on. */
class LeftBehindTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final String place = "mem://" + UUID.randomUUID();
  private final List<Membership> dead = new ArrayList<>();
  private Store keeper;

  @BeforeEach
  void openStore() throws IOException {
    keeper = open();
  }

  @AfterEach
  void closeStore() {
    dead.forEach(Membership::close); // their threads
    keeper.close();
  }

  private Store open() throws IOException {
    return Stores.open(
        place, new Options(Optional.empty(), Optional.empty(), LONG), StoreContext.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void groupsWhoseMembersDieOneAfterTheOtherLeaveWhatOneLeaves(int worldSize) throws IOException {
    int afterFirst = 0;
    for (int i = 0; i < 10; i++) {
      Store store = open();
      JoinRequest request =
          new JoinRequest(
              Optional.of("a"),
              OptionalInt.empty(),
              worldSize == 0 ? OptionalInt.empty() : OptionalInt.of(worldSize),
              "127.0.0.1:" + (10_000 + i),
              LONG);
      dead.add(Membership.join(store, request, _ -> false));
      keeper.put(GroupState.REFUSED + i, new byte[1]); // of a worker that is gone
      store.close(); // it dies
      int left = keeper.list("").entries().size();
      afterFirst = i == 0 ? left : afterFirst;
      assertThat(left)
          .as("after %d groups: %s", i + 1, keeper.list("").entries().keySet())
          .isLessThanOrEqualTo(afterFirst + 2);
    }
  }
}
