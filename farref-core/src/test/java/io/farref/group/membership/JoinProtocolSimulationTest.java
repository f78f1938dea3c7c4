package io.farref.group.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.group.Member;
import io.farref.group.store.StoreData;
import io.farref.spi.Store.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs the decisions of many joining workers against one store in random order: each acts on a
 * state that may be old, any may die at any moment. In each case all members of a group agree on
 * it.
 */
class JoinProtocolSimulationTest {
  private static final int SEEDS = 400;
  private static final int WORLD = 3;
  private static final int MAX_STEPS = 600;

  /** A joining worker: it looks, decides, and later carries out what it decided. */
  private static final class Joiner {
    final Registration self;
    final JoinProtocol protocol;
    @Nullable JoinAction planned;
    @Nullable View joined;
    boolean over;

    Joiner(Registration self, List<String> ids) {
      this.self = self;
      this.protocol =
          new JoinProtocol(
              self,
              () -> {
                ids.add("g" + ids.size());
                return ids.getLast();
              });
    }
  }

  private final StoreData data = new StoreData();
  private final List<String> ids = new ArrayList<>();
  private final List<Joiner> joiners = new ArrayList<>();
  private int started;

  private Joiner start(boolean open) {
    started++;
    Joiner joiner =
        new Joiner(
            new Registration(
                Optional.empty(),
                OptionalInt.empty(),
                open ? OptionalInt.empty() : OptionalInt.of(WORLD),
                "address-" + started,
                "i" + started),
            ids);
    joiners.add(joiner);
    register(joiner);
    return joiner;
  }

  private void register(Joiner joiner) {
    data.putIfAbsent(
        GroupState.WORKER + joiner.self.incarnation(),
        joiner.self.encode(),
        joiner.self.incarnation());
  }

  private void leave(Joiner joiner) {
    joiner.over = true;
    data.removeOwner(joiner.self.incarnation());
    GroupState state = GroupState.parse(data.list(""));
    for (var entry : state.views().entrySet()) {
      if (entry.getKey() < state.views().lastKey()
          && entry.getValue().members().stream().noneMatch(state::isPresent)) {
        data.remove(GroupState.VIEW + entry.getKey());
        data.remove(GroupState.VERDICT + entry.getValue().groupId());
      }
    }
  }

  private void advance(Joiner joiner) {
    JoinAction step = joiner.planned;
    if (step == null) {
      Snapshot snapshot = data.list("");
      joiner.planned = joiner.protocol.next(GroupState.parse(snapshot));
      return;
    }
    joiner.planned = null;
    switch (step) {
      case JoinAction.Register() -> register(joiner);
      case JoinAction.Propose(int number, View view) ->
          data.putIfAbsent(GroupState.VIEW + number, view.encode(), StoreData.NOBODY);
      case JoinAction.Ready(View view) ->
          data.putIfAbsent(
              GroupState.READY + GroupState.readyKey(view, joiner.self.incarnation()),
              new byte[0],
              StoreData.NOBODY);
      case JoinAction.Decide(View view, boolean formed) ->
          data.putIfAbsent(
              GroupState.VERDICT + view.groupId(),
              formed ? GroupState.FORMED : GroupState.ABANDONED,
              StoreData.NOBODY);
      case JoinAction.Done(View view) -> joiner.joined = view;
      case JoinAction.Probe(var suspects) -> suspects.forEach(joiner.protocol::markAlive);
      case JoinAction.Wait(), JoinAction.WaitFor(_, _) -> {}
      case JoinAction.Fail(_), JoinAction.Refuse(_, _), JoinAction.Evict(_) ->
          throw new AssertionError("nobody contradicts anybody here: " + step);
    }
  }

  private void run(long seed, boolean open) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < MAX_STEPS; step++) {
      int action = random.nextInt(100);
      List<Joiner> active = joiners.stream().filter(j -> !j.over).toList();
      if (active.size() < WORLD + 1 && (active.isEmpty() || action < 10) && step < MAX_STEPS / 2) {
        start(open);
      } else if (action < 12 && step < MAX_STEPS / 2 && !active.isEmpty()) {
        leave(active.get(random.nextInt(active.size())));
      } else {
        List<Joiner> joining = active.stream().filter(j -> j.joined == null).toList();
        if (!joining.isEmpty()) {
          advance(joining.get(random.nextInt(joining.size())));
        }
      }
    }
    check(seed, open);
  }

  private void check(long seed, boolean open) {
    Map<String, List<Member>> groups = new HashMap<>();
    Map<String, String> openIds = new HashMap<>();
    for (Joiner joiner : joiners) {
      if (joiner.joined != null) {
        View view = joiner.joined;
        Member self = view.member(joiner.self.incarnation()).orElseThrow();
        if (open) {
          String other = openIds.put(view.groupId() + "#" + self.id(), self.incarnation());
          assertThat(other).as("seed %d: who else had %s", seed, self).isNull();
        } else {
          List<Member> same = groups.putIfAbsent(view.groupId(), view.members());
          assertThat(view.members()).as("seed %d", seed).hasSize(WORLD);
          if (same != null) {
            assertThat(view.members()).as("seed %d", seed).isEqualTo(same);
          }
        }
      }
    }
    List<Joiner> left = joiners.stream().filter(j -> !j.over && j.joined == null).toList();
    if (open) {
      assertThat(left).as("seed %d: all who live join an open group", seed).isEmpty();
      List<Member> present = JoinProtocol.presentOpen(GroupState.parse(data.list("")));
      assertThat(present)
          .as("seed %d: nobody who joined is forgotten", seed)
          .extracting(Member::incarnation)
          .containsExactlyInAnyOrderElementsOf(
              joiners.stream().filter(j -> !j.over).map(j -> j.self.incarnation()).toList());
      assertThat(present).extracting(Member::rank).doesNotHaveDuplicates();
    } else {
      assertThat(left.size()).as("seed %d: a whole world never waits", seed).isLessThan(WORLD);
      for (List<Member> members : groups.values()) {
        assertThat(members)
            .as("seed %d: no living member is left out of its group", seed)
            .noneMatch(
                member ->
                    left.stream().anyMatch(j -> j.self.incarnation().equals(member.incarnation())));
      }
    }
  }

  @Test
  void membersOfAGroupOfFixedSizeAgree() {
    int joined = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      JoinProtocolSimulationTest simulation = new JoinProtocolSimulationTest();
      simulation.run(seed, false);
      joined += (int) simulation.joiners.stream().filter(j -> j.joined != null).count();
    }
    assertThat(joined).isGreaterThan(SEEDS * WORLD);
  }

  @Test
  void membersOfAnOpenGroupAgree() {
    for (long seed = 0; seed < SEEDS; seed++) {
      new JoinProtocolSimulationTest().run(seed, true);
    }
  }
}
