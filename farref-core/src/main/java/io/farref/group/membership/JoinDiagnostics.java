package io.farref.group.membership;

import io.farref.group.Member;
import io.farref.time.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Records which workers a joining worker has seen and when, for the message if it fails to join.
 * Not thread-safe.
 */
final class JoinDiagnostics {
  private static final int MAX_NAMED = 16;

  private static final class Seen {
    final Registration worker;
    final long after;
    long goneAfter = -1;
    @Nullable String why;

    Seen(Registration worker, long after) {
      this.worker = worker;
      this.after = after;
    }
  }

  private final Registration self;
  private final long started;
  private final Map<String, Seen> seen = new LinkedHashMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<Member> running = new ArrayList<>();

  JoinDiagnostics(Registration self, long startedNanos) {
    this.self = self;
    this.started = startedNanos;
  }

  /** Notes the present state of the store. */
  void note(GroupState state, long now) {
    Set<String> settled = state.settled();
    for (Registration worker : state.registrations().values()) {
      if (!settled.contains(worker.incarnation())) {
        Seen entry =
            seen.computeIfAbsent(
                worker.incarnation(), incarnation -> new Seen(worker, now - started));
        entry.goneAfter = -1;
      }
    }
    seen.values().removeIf(entry -> settled.contains(entry.worker.incarnation()));
    for (Seen entry : seen.values()) {
      if (entry.goneAfter < 0 && !state.registrations().containsKey(entry.worker.incarnation())) {
        entry.goneAfter = now - started;
      }
    }
    running.clear();
    for (View view : state.views().values()) {
      if (state.isFormed(view)) {
        view.members().stream().filter(state::isPresent).forEach(running::add);
      }
    }
  }

  /** Notes that this worker evicted another, and why. */
  void evicted(Registration worker, String why) {
    Seen entry = seen.get(worker.incarnation());
    if (entry != null) {
      entry.why = why;
    }
  }

  /** Notes that the store was lost, and all keys with it. */
  void storeLost(String what, long now) {
    String event = what + " after " + Durations.format(now - started);
    if (events.size() < MAX_NAMED) {
      events.add(event);
    }
    for (Seen entry : seen.values()) {
      if (entry.goneAfter < 0) {
        entry.goneAfter = now - started;
      }
    }
  }

  /** Says which workers are here, were here and are missing, in a sentence without a final stop. */
  String describe(long now, String store, List<String> refusals) {
    List<Seen> here = seen.values().stream().filter(entry -> entry.goneAfter < 0).toList();
    List<Seen> gone = seen.values().stream().filter(entry -> entry.goneAfter >= 0).toList();
    StringBuilder text = new StringBuilder();
    text.append("heard from ").append(here.isEmpty() ? "nobody" : listHere(here));
    for (Seen entry : gone) {
      if (!entry.worker.incarnation().equals(self.incarnation()) && !isBack(entry, here)) {
        text.append("; ").append(describeGone(entry));
      }
    }
    self.worldSize().ifPresent(size -> text.append(nothingFrom(size, here, gone)));
    if (!running.isEmpty()) {
      text.append("; in a group that formed here before, and still runs: ")
          .append(limited(running.stream().map(Member::toString).toList()));
    }
    text.append("; waited ").append(Durations.format(now - started)).append(" at ").append(store);
    events.forEach(event -> text.append("; ").append(event));
    refusals.forEach(why -> text.append("; the store: ").append(why));
    return text.toString();
  }

  private String listHere(List<Seen> here) {
    return limited(
        here.stream()
            .map(
                entry ->
                    entry.worker.incarnation().equals(self.incarnation())
                        ? entry.worker + ", which is this worker"
                        : entry.worker + " after " + Durations.format(entry.after))
            .toList());
  }

  private static String describeGone(Seen entry) {
    return entry.worker
        + " was here after "
        + Durations.format(entry.after)
        + " and is gone since "
        + Durations.format(entry.goneAfter)
        + (entry.why == null ? " (it gave up or died)" : " (" + entry.why + ")");
  }

  private static boolean isBack(Seen gone, List<Seen> here) {
    return here.stream().anyMatch(entry -> claimsTheSame(entry.worker, gone.worker));
  }

  private static boolean claimsTheSame(Registration one, Registration other) {
    boolean name = one.name().isPresent() && one.name().equals(other.name());
    boolean rank = one.rank().isPresent() && one.rank().equals(other.rank());
    return name || rank;
  }

  private static String nothingFrom(int worldSize, List<Seen> here, List<Seen> gone) {
    int missing = worldSize - here.size();
    if (missing <= 0) {
      return "";
    }
    if (here.stream().anyMatch(entry -> entry.worker.rank().isEmpty())) {
      return ", nothing from " + missing + " more of a world of " + worldSize;
    }
    Set<Integer> known = new TreeSet<>();
    here.forEach(entry -> entry.worker.rank().ifPresent(known::add));
    gone.forEach(entry -> entry.worker.rank().ifPresent(known::add));
    List<String> ranks =
        IntStream.range(0, worldSize)
            .filter(rank -> !known.contains(rank))
            .mapToObj(Integer::toString)
            .toList();
    return ranks.isEmpty()
        ? ""
        : ", nothing from " + (ranks.size() == 1 ? "rank " : "ranks ") + limited(ranks);
  }

  private static String limited(List<String> items) {
    int more = items.size() - MAX_NAMED;
    return items.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
