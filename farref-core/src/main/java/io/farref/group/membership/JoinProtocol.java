package io.farref.group.membership;

import io.farref.group.Member;
import io.farref.group.membership.JoinConflicts.Conflict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the next action of a joining worker, given the state of the store. Uses no store,
 * clock or thread itself. Not thread-safe.
 *
 * <p>A group of fixed size forms in two phases. Once enough workers are registered, one of them
 * proposes a view of all, and the first proposal is accepted. Each member marks that it has seen
 * the view. When all marks are there, some member decides that the group is formed; when a member
 * is gone that had not marked, that it is abandoned. A verdict is set once, so all members come to
 * the same decision, and the members of an abandoned view wait again. Keys that earlier groups left
 * behind do no harm: an old member's registration is in an old view, so that worker is not waiting.
 *
 * <p>An open group has a sequence of views. Each view has one newcomer more than the view before,
 * and lacks the members that are gone. A newcomer has joined when it is in the latest view.
 */
final class JoinProtocol {
  private static final int MAX_REGISTRATIONS = 10;

  private final Registration self;
  private final Supplier<String> groupIds;
  private final Set<String> alive = new HashSet<>();

  /** How often this worker has registered; the first time was before the first decision. */
  private int registrations = 1;

  /** The view that this worker has marked, until its verdict: it must not mark another before. */
  private @Nullable String marked;

  JoinProtocol(Registration self, Supplier<String> groupIds) {
    this.self = self;
    this.groupIds = groupIds;
  }

  /** Starts again with another store. */
  void restart() {
    registrations = 1;
    marked = null;
    alive.clear();
  }

  /** Notes that a worker was found to be alive. */
  void markAlive(Registration worker) {
    alive.add(worker.incarnation());
  }

  /** Decides on the next action, given the present state of the store. */
  JoinAction next(GroupState state) {
    String refusal = state.refusals().get(self.incarnation());
    if (refusal != null) {
      return new JoinAction.Fail(refusal);
    }
    List<Registration> atSameAddress = atSameAddress(state);
    if (!state.registrations().containsKey(self.incarnation())) {
      return register(atSameAddress);
    }
    if (!atSameAddress.isEmpty()) {
      // This worker listens at that address now, so the other workers cannot: they are stale.
      return new JoinAction.Evict(atSameAddress);
    }
    if (anyShareAnAddress(state)) {
      // The worker that listens there will evict the other.
      return new JoinAction.Wait();
    }
    return self.isOpen() ? nextOpen(state) : nextFixed(state, self.worldSize().getAsInt());
  }

  private List<Registration> atSameAddress(GroupState state) {
    return state.registrations().values().stream()
        .filter(
            worker ->
                worker.address().equals(self.address())
                    && !worker.incarnation().equals(self.incarnation()))
        .toList();
  }

  private static boolean anyShareAnAddress(GroupState state) {
    return state.registrations().values().stream().map(Registration::address).distinct().count()
        < state.registrations().size();
  }

  private JoinAction register(List<Registration> atSameAddress) {
    if (!atSameAddress.isEmpty()) {
      return new JoinAction.Fail(
          "two workers say that they are at "
              + self.address()
              + ": give each an address of its own under which all others reach it");
    }
    if (registrations == MAX_REGISTRATIONS) {
      return new JoinAction.Fail(
          "another worker evicted this one "
              + MAX_REGISTRATIONS
              + " times because it finds nobody at "
              + self.address()
              + ": is that the address under which all others reach this worker?");
    }
    registrations++;
    return new JoinAction.Register();
  }

  private JoinAction nextFixed(GroupState state, int worldSize) {
    Optional<View> own = ownView(state);
    if (own.isPresent()) {
      return nextInView(state, own.get());
    }
    marked = null;
    List<Registration> waiting = waiting(state);
    Optional<JoinAction> objection =
        refuse(waiting, JoinConflicts.amongWorldSizes(waiting))
            .or(() -> refuse(waiting, JoinConflicts.amongClaims(waiting)));
    if (objection.isPresent()) {
      return objection.get();
    }
    List<Member> open = presentOpen(state);
    if (!open.isEmpty()) {
      return failUnlessDead(
          state,
          open,
          "an open group is here, and this worker waits for a world of "
              + worldSize
              + ": give all workers a world size or none; here are "
              + list(open));
    }
    if (waiting.size() < worldSize) {
      return waitForClash(state);
    }
    if (waiting.size() > worldSize) {
      List<Registration> suspects = suspects(waiting);
      if (!suspects.isEmpty()) {
        return new JoinAction.Probe(suspects);
      }
    }
    List<Registration> chosen = waiting.stream().sorted(Assignment.ORDER).limit(worldSize).toList();
    return chosen.contains(self)
        ? new JoinAction.Propose(
            state.nextView(),
            new View(groupIds.get(), false, worldSize, Assignment.assign(List.of(), chosen, 0)))
        : new JoinAction.Wait();
  }

  private JoinAction nextInView(GroupState state, View view) {
    if (state.isFormed(view)) {
      return new JoinAction.Done(view);
    }
    if (!state.ready().contains(GroupState.readyKey(view, self.incarnation()))) {
      marked = view.groupId();
      return new JoinAction.Ready(view);
    }
    List<Member> missing =
        view.members().stream().filter(member -> !state.isReady(view, member)).toList();
    if (missing.isEmpty()) {
      return new JoinAction.Decide(view, true);
    }
    Set<String> settled = state.settled();
    boolean cannotForm =
        missing.stream()
            .anyMatch(member -> !state.isPresent(member) || settled.contains(member.incarnation()));
    return cannotForm ? new JoinAction.Decide(view, false) : new JoinAction.Wait();
  }

  private Optional<View> ownView(GroupState state) {
    List<View> own =
        state.views().values().stream()
            .filter(
                view ->
                    !view.isOpen()
                        && !state.isAbandoned(view)
                        && view.member(self.incarnation()).isPresent())
            .toList();
    return own.stream()
        .filter(view -> view.groupId().equals(marked))
        .findFirst()
        .or(() -> own.stream().findFirst());
  }

  /** A worker of an earlier group that holds this one's name or rank may be about to leave. */
  private JoinAction waitForClash(GroupState state) {
    for (View view : state.views().values()) {
      if (!view.isOpen() && state.isFormed(view)) {
        for (Member member : view.members()) {
          Registration holder = state.registrations().get(member.incarnation());
          Optional<String> clash = Assignment.clash(member, self);
          if (holder != null && clash.isPresent()) {
            return new JoinAction.WaitFor(
                holder, clash.get() + "; the first is in a group that runs here already");
          }
        }
      }
    }
    return new JoinAction.Wait();
  }

  private JoinAction nextOpen(GroupState state) {
    Optional<View> latest = state.latestOpen();
    if (latest.isPresent() && latest.get().member(self.incarnation()).isPresent()) {
      return new JoinAction.Done(latest.get());
    }
    List<Registration> waiting = waiting(state);
    Optional<JoinAction> disagreement = refuse(waiting, JoinConflicts.amongWorldSizes(waiting));
    if (disagreement.isPresent()) {
      return disagreement.get();
    }
    List<Member> fixed = presentFixed(state);
    if (!fixed.isEmpty()) {
      return failUnlessDead(
          state,
          fixed,
          "a group of fixed size is here, and this worker names no world size: give all workers a"
              + " world size or none; here are "
              + list(fixed));
    }
    List<Member> present = presentOpen(state);
    for (Member member : present) {
      Optional<String> clash = Assignment.clash(member, self);
      if (clash.isPresent()) {
        return failUnlessDead(state, List.of(member), clash.get());
      }
    }
    return new JoinAction.Propose(state.nextView(), grown(latest, present));
  }

  private View grown(Optional<View> latest, List<Member> present) {
    if (latest.isEmpty() || present.isEmpty()) {
      return new View(groupIds.get(), true, 1, Assignment.assign(List.of(), List.of(self), 0));
    }
    int id = latest.get().nextId();
    return new View(
        latest.get().groupId(), true, id + 1, Assignment.assign(present, List.of(self), id));
  }

  private List<Registration> waiting(GroupState state) {
    Set<String> taken = state.taken();
    return state.registrations().values().stream()
        .filter(worker -> !taken.contains(worker.incarnation()))
        .sorted(Assignment.ORDER)
        .toList();
  }

  static List<Member> presentOpen(GroupState state) {
    return state.latestOpen().stream()
        .flatMap(view -> view.members().stream())
        .filter(state::isPresent)
        .toList();
  }

  private static List<Member> presentFixed(GroupState state) {
    return state.views().values().stream()
        .filter(view -> !view.isOpen() && !state.isAbandoned(view))
        .flatMap(view -> view.members().stream())
        .filter(state::isPresent)
        .toList();
  }

  private Optional<JoinAction> refuse(List<Registration> waiting, Optional<Conflict> conflict) {
    if (conflict.isEmpty()) {
      return Optional.empty();
    }
    List<Registration> suspects = suspects(conflict.get().parties());
    return Optional.of(
        suspects.isEmpty()
            ? new JoinAction.Refuse(waiting, conflict.get().complaint())
            : new JoinAction.Probe(suspects));
  }

  private JoinAction failUnlessDead(GroupState state, List<Member> members, String complaint) {
    List<Registration> holders = new ArrayList<>();
    for (Member member : members) {
      Registration holder = state.registrations().get(member.incarnation());
      if (holder != null) {
        holders.add(holder);
      }
    }
    List<Registration> suspects = suspects(holders);
    return suspects.isEmpty() ? new JoinAction.Fail(complaint) : new JoinAction.Probe(suspects);
  }

  private List<Registration> suspects(Collection<Registration> workers) {
    return workers.stream()
        .filter(worker -> !worker.equals(self) && !alive.contains(worker.incarnation()))
        .toList();
  }

  private static String list(List<Member> members) {
    return members.stream().map(Member::toString).collect(Collectors.joining(", "));
  }
}
