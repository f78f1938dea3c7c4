package io.farref.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Single decisions, in situations that are too rare to wait for. */
class LobbyTest {
  private final StoreData store = new StoreData();
  private final Registration a = worker("a", OptionalInt.of(2));
  private final Registration b = worker("b", OptionalInt.of(2));
  private final Registration c = worker("c", OptionalInt.of(2));
  private final Lobby lobby = new Lobby(a, () -> "new");

  private static Registration worker(String name, OptionalInt worldSize) {
    return new Registration(
        Optional.of(name), OptionalInt.empty(), worldSize, "at-" + name, "inc-" + name);
  }

  private void register(Registration worker) {
    store.putIfAbsent(Roll.WORKER + worker.incarnation(), worker.encode(), worker.incarnation());
  }

  private View view(int number, String group, Registration... workers) {
    View view =
        new View(group, false, workers.length, Assignment.assign(List.of(), List.of(workers), 0));
    store.put(Roll.VIEW + number, view.encode());
    return view;
  }

  private void mark(View view, Registration worker) {
    store.put(Roll.READY + Roll.readyKey(view, worker.incarnation()), new byte[0]);
  }

  private Step next() {
    return lobby.next(Roll.parse(store.list("")));
  }

  @Test
  void waitsUntilTheWorldIsWhole() {
    register(a);
    assertThat(next()).isEqualTo(new Step.Wait());
    register(b);
    assertThat(next())
        .isEqualTo(
            new Step.Propose(
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
    assertThat(next()).isEqualTo(new Step.Ready(view));
    mark(view, a);
    assertThat(next()).isEqualTo(new Step.Wait());
    mark(view, b);
    assertThat(next()).isEqualTo(new Step.Decide(view, true));
    store.put(Roll.VERDICT + "g", Roll.FORMED);
    assertThat(next()).isEqualTo(new Step.Done(view));
  }

  @Test
  void aGroupWithAMemberThatDiedBeforeItMarkedIsAbandonedAndAnotherProposed() {
    register(a);
    View view = view(1, "g", a, b);
    mark(view, a);
    assertThat(next()).isEqualTo(new Step.Decide(view, false));
    store.put(Roll.VERDICT + "g", Roll.ABANDONED);
    assertThat(next()).isEqualTo(new Step.Wait());
    register(c);
    assertThat(next()).isInstanceOf(Step.Propose.class);
  }

  @Test
  void aMemberThatDiedAfterItMarkedDoesNotPreventTheVerdict() {
    register(a);
    View view = view(1, "g", a, b);
    mark(view, a);
    mark(view, b);
    assertThat(next()).isEqualTo(new Step.Decide(view, true));
  }

  @Test
  void aWorkerStaysWithTheViewItMarkedThoughALateOneHasALowerNumber() {
    register(a);
    register(b);
    register(c);
    View marked = view(2, "g2", a, b);
    assertThat(next()).isEqualTo(new Step.Ready(marked));
    mark(marked, a);
    view(1, "g1", a, c);
    assertThat(next()).isEqualTo(new Step.Wait());
    store.put(Roll.VERDICT + "g2", Roll.ABANDONED);
    assertThat(next()).isInstanceOf(Step.Ready.class);
  }

  @Test
  void aViewWhoseMemberIsInAnotherGroupIsAbandoned() {
    register(a);
    register(b);
    register(c);
    View late = view(1, "g1", a, b);
    mark(late, a);
    view(2, "g2", b, c);
    store.put(Roll.VERDICT + "g2", Roll.FORMED);
    assertThat(next()).isEqualTo(new Step.Decide(late, false));
  }

  @Test
  void noWorkerIsRefusedForAConflictWithOneThatMayBeDead() {
    Registration other =
        new Registration(
            Optional.of("a"), OptionalInt.empty(), OptionalInt.of(2), "elsewhere", "inc-a2");
    register(a);
    register(other);
    assertThat(next()).isEqualTo(new Step.Probe(List.of(other)));
    lobby.markAlive(other);
    assertThat(next())
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refuse -> {
              assertThat(refuse.refused()).containsExactlyInAnyOrder(a, other);
              assertThat(refuse.complaint())
                  .contains("two workers are called 'a'", "one at at-a", "one at elsewhere");
            });
  }

  @Test
  void anEvictedWorkerRegistersAgainTenTimesAtMost() {
    for (int i = 0; i < 9; i++) {
      assertThat(next()).isEqualTo(new Step.Register());
    }
    assertThat(next())
        .isInstanceOfSatisfying(
            Step.Fail.class, fail -> assertThat(fail.complaint()).contains("finds nobody at at-a"));
  }

  @Test
  void twoWorkersAtOneAddressAreToldSo() {
    register(
        new Registration(
            Optional.of("x"), OptionalInt.empty(), OptionalInt.of(2), "at-a", "inc-x"));
    assertThat(next())
        .isInstanceOfSatisfying(
            Step.Fail.class,
            fail -> assertThat(fail.complaint()).contains("two workers say that they are at at-a"));
  }

  @Test
  void ofTooManyWorkersTheSameAreChosenByAll() {
    register(a);
    register(b);
    register(c);
    assertThat(next()).isEqualTo(new Step.Probe(List.of(b, c)));
    lobby.markAlive(b);
    lobby.markAlive(c);
    assertThat(next())
        .isInstanceOfSatisfying(
            Step.Propose.class,
            propose ->
                assertThat(propose.view().members())
                    .extracting(Member::name)
                    .containsExactly("a", "b"));
    Lobby last = new Lobby(c, () -> "new");
    last.markAlive(a);
    last.markAlive(b);
    assertThat(last.next(Roll.parse(store.list("")))).isEqualTo(new Step.Wait());
  }
}
