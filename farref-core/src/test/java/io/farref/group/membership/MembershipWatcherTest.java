package io.farref.group.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.group.Member;
import io.farref.observe.ForeignText;
import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The members that a member of an open group sees, given states of the store. */
class MembershipWatcherTest {
  private static final Member A = new Member(0, "a", 0, "127.0.0.1:1", "incarnation-a");
  private static final Member B = new Member(1, "b", 1, "127.0.0.1:2", "incarnation-b");
  private static final Member C = new Member(0, "c", 0, "127.0.0.1:3", "incarnation-c");

  private final BlockingQueue<Snapshot> states = new LinkedBlockingQueue<>();
  private final BlockingQueue<List<Member>> told = new LinkedBlockingQueue<>();
  private long revision;

  /** A store of which only the states matter. */
  private Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, _) -> {
              if (method.getName().equals("put")) {
                return null; // it says which members it knows
              }
              if (!method.getName().equals("await")) {
                throw new UnsupportedOperationException(method.getName());
              }
              try {
                return states.take();
              } catch (InterruptedException e) {
                throw new InterruptedIOException();
              }
            });
  }

  private Snapshot state(int number, String group, List<Member> members, Member... present) {
    Map<String, byte[]> entries = new HashMap<>();
    entries.put(GroupState.VIEW + number, new View(group, true, 9, members).encode());
    for (Member each : present) {
      entries.put(
          GroupState.WORKER + each.incarnation(),
          new Registration(
                  Optional.of(each.name()),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  each.address(),
                  each.incarnation())
              .encode());
    }
    return new Snapshot(++revision, entries);
  }

  private List<Member> next() throws InterruptedException {
    return told.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void anEvictedMemberLearnsItFromTheSameGroup() throws Exception {
    try (MembershipWatcher watch =
        new MembershipWatcher(store(), "one", A, state(1, "one", List.of(A, B), A, B))) {
      watch.listen(told::add);
      assertThat(next()).containsExactly(A, B);
      states.add(state(1, "one", List.of(A, B), B));
      assertThat(next()).containsExactly(B);
    }
  }

  @Test
  void anEvictedMemberLearnsItAlsoWhenAnotherGroupHasFormedSince() throws Exception {
    try (MembershipWatcher watch =
        new MembershipWatcher(store(), "one", A, state(1, "one", List.of(A, B), A, B))) {
      watch.listen(told::add);
      assertThat(next()).containsExactly(A, B);
      states.add(state(2, "two", List.of(C), C));
      assertThat(next()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"b\nSEVERE", "b\u001b[2J", "b\u202e"})
  void aMemberWhoseNameOrAddressIsNoPlainTextIsMalformed(String evil) {
    for (Member each :
        List.of(
            new Member(1, evil, 1, "127.0.0.1:2", "incarnation"),
            new Member(1, "b", 1, evil, "incarnation"),
            new Member(1, "b", 1, "127.0.0.1:2", evil))) {
      assertThatThrownBy(() -> GroupState.parse(state(1, "one", List.of(each))))
          .isInstanceOf(MalformedException.class)
          .satisfies(e -> assertThat(ForeignText.isPlain(e.getMessage())).isTrue());
    }
    Member listening = new Member(1, "b", 1, evil, "incarnation");
    assertThatThrownBy(() -> GroupState.parse(state(1, "one", List.of(), listening)))
        .isInstanceOf(MalformedException.class)
        .satisfies(e -> assertThat(ForeignText.isPlain(e.getMessage())).isTrue());
  }
}
