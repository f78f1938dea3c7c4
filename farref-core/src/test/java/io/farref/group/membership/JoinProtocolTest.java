package io.farref.group.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.group.Member;
import io.farref.group.store.StoreData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Single decisions, in situations that are too rare to wait for. */
class JoinProtocolTest {
  private final StoreData store = new StoreData();
  private final Registration a = worker("a", OptionalInt.of(2));
  private final Registration b = worker("b", OptionalInt.of(2));
  private final Registration c = worker("c", OptionalInt.of(2));
  private final JoinProtocol protocol = new JoinProtocol(a, () -> "new");

  private static Registration worker(String name, OptionalInt worldSize) {
    return new Registration(
        Optional.of(name), OptionalInt.empty(), worldSize, "at-" + name, "inc-" + name);
  }

  private void register(Registration worker) {
    store.putIfAbsent(
        GroupState.WORKER + worker.incarnation(), worker.encode(), worker.incarnation());
  }

  private View view(int number, String group, Registration... workers) {
    View view =
        new View(group, false, workers.length, Assignment.assign(List.of(), List.of(workers), 0));
    store.put(GroupState.VIEW + number, view.encode());
    return view;
  }

  private void mark(View view, Registration worker) {
    store.put(GroupState.READY + GroupState.readyKey(view, worker.incarnation()), new byte[0]);
  }

  private JoinAction next() {
    return protocol.next(GroupState.parse(store.list("")));
  }

  @Test
  void waitsUntilTheWorldIsWhole() {
    register(a);
    assertThat(next()).isEqualTo(new JoinAction.Wait());
    register(b);
    assertThat(next())
        .isEqualTo(
            new JoinAction.Propose(
                1,
                new View(
                    "new",
                    false,
                    2,
                    List.of(
                        new Member(0, "a", 0, "at-a", "inc-a"),
                        new Member(1, "b", 1, "at-b", "inc-b")))));
  }

  @Test
  void aGroupIsNotFormedBeforeEachMemberHasSeenIt() {
    register(a);
    register(b);
    View view = view(1, "g", a, b);
    assertThat(next()).isEqualTo(new JoinAction.Ready(view));
    mark(view, a);
    assertThat(next()).isEqualTo(new JoinAction.Wait());
    mark(view, b);
    assertThat(next()).isEqualTo(new JoinAction.Decide(view, true));
    store.put(GroupState.VERDICT + "g", GroupState.FORMED);
    assertThat(next()).isEqualTo(new JoinAction.Done(view));
  }

  @Test
  void aGroupWithAMemberThatDiedBeforeItMarkedIsAbandonedAndAnotherProposed() {
    register(a);
    View view = view(1, "g", a, b);
    mark(view, a);
    assertThat(next()).isEqualTo(new JoinAction.Decide(view, false));
    store.put(GroupState.VERDICT + "g", GroupState.ABANDONED);
    assertThat(next()).isEqualTo(new JoinAction.Wait());
    register(c);
    assertThat(next()).isInstanceOf(JoinAction.Propose.class);
  }

  @Test
  void aMemberThatDiedAfterItMarkedDoesNotPreventTheVerdict() {
    register(a);
    View view = view(1, "g", a, b);
    mark(view, a);
    mark(view, b);
    assertThat(next()).isEqualTo(new JoinAction.Decide(view, true));
  }

  @Test
  void aWorkerStaysWithTheViewItMarkedThoughALateOneHasALowerNumber() {
    register(a);
    register(b);
    register(c);
    View marked = view(2, "g2", a, b);
    assertThat(next()).isEqualTo(new JoinAction.Ready(marked));
    mark(marked, a);
    view(1, "g1", a, c);
    assertThat(next()).isEqualTo(new JoinAction.Wait());
    store.put(GroupState.VERDICT + "g2", GroupState.ABANDONED);
    assertThat(next()).isInstanceOf(JoinAction.Ready.class);
  }

  @Test
  void aViewWhoseMemberIsInAnotherGroupIsAbandoned() {
    register(a);
    register(b);
    register(c);
    View late = view(1, "g1", a, b);
    mark(late, a);
    view(2, "g2", b, c);
    store.put(GroupState.VERDICT + "g2", GroupState.FORMED);
    assertThat(next()).isEqualTo(new JoinAction.Decide(late, false));
  }

  @Test
  void noWorkerIsRefusedForAConflictWithOneThatMayBeDead() {
    Registration other =
        new Registration(
            Optional.of("a"), OptionalInt.empty(), OptionalInt.of(2), "elsewhere", "inc-a2");
    register(a);
    register(other);
    assertThat(next()).isEqualTo(new JoinAction.Probe(List.of(other)));
    protocol.markAlive(other);
    assertThat(next())
        .isInstanceOfSatisfying(
            JoinAction.Refuse.class,
            refuse -> {
              assertThat(refuse.refused()).containsExactlyInAnyOrder(a, other);
              assertThat(refuse.complaint())
                  .contains("two workers are called 'a'", "one at at-a", "one at elsewhere");
            });
  }

  @Test
  void anEvictedWorkerRegistersAgainTenTimesAtMost() {
    for (int i = 0; i < 9; i++) {
      assertThat(next()).isEqualTo(new JoinAction.Register());
    }
    assertThat(next())
        .isInstanceOfSatisfying(
            JoinAction.Fail.class,
            fail -> assertThat(fail.complaint()).contains("finds nobody at at-a"));
  }

  @Test
  void twoWorkersAtOneAddressAreToldSo() {
    register(
        new Registration(
            Optional.of("x"), OptionalInt.empty(), OptionalInt.of(2), "at-a", "inc-x"));
    assertThat(next())
        .isInstanceOfSatisfying(
            JoinAction.Fail.class,
            fail -> assertThat(fail.complaint()).contains("two workers say that they are at at-a"));
  }

  @Test
  void ofTooManyWorkersTheSameAreChosenByAll() {
    register(a);
    register(b);
    register(c);
    assertThat(next()).isEqualTo(new JoinAction.Probe(List.of(b, c)));
    protocol.markAlive(b);
    protocol.markAlive(c);
    assertThat(next())
        .isInstanceOfSatisfying(
            JoinAction.Propose.class,
            propose ->
                assertThat(propose.view().members())
                    .extracting(Member::name)
                    .containsExactly("a", "b"));
    JoinProtocol last = new JoinProtocol(c, () -> "new");
    last.markAlive(a);
    last.markAlive(b);
    assertThat(last.next(GroupState.parse(store.list("")))).isEqualTo(new JoinAction.Wait());
  }
}
