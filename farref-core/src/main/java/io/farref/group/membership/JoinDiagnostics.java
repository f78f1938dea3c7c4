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

/** What a joining worker heard from whom and when, for the message if it fails. Not thread-safe. */
final class JoinDiagnostics {
  private static final int MAX_NAMED = 16;

  private static final class Heard {
    final Registration worker;
    final long after;
    long goneAfter = -1;
    @Nullable String why;

    Heard(Registration worker, long after) {
      this.worker = worker;
      this.after = after;
    }
  }

  private final Registration self;
  private final long started;
  private final Map<String, Heard> heard = new LinkedHashMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<Member> running = new ArrayList<>();

  JoinDiagnostics(Registration self, long startedNanos) {
    this.self = self;
    this.started = startedNanos;
  }

  /** Notes what the store says now. */
  void note(GroupState roll, long now) {
    Set<String> settled = roll.settled();
    for (Registration worker : roll.registrations().values()) {
      if (!settled.contains(worker.incarnation())) {
        Heard entry =
            heard.computeIfAbsent(
                worker.incarnation(), incarnation -> new Heard(worker, now - started));
        entry.goneAfter = -1;
      }
    }
    heard.values().removeIf(entry -> settled.contains(entry.worker.incarnation()));
    for (Heard entry : heard.values()) {
      if (entry.goneAfter < 0 && !roll.registrations().containsKey(entry.worker.incarnation())) {
        entry.goneAfter = now - started;
      }
    }
    running.clear();
    for (View view : roll.views().values()) {
      if (roll.isFormed(view)) {
        view.members().stream().filter(roll::isPresent).forEach(running::add);
      }
    }
  }

  /** Notes that a worker was struck off. */
  void struckOff(Registration worker, String why) {
    Heard entry = heard.get(worker.incarnation());
    if (entry != null) {
      entry.why = why;
    }
  }

  /** Notes that the store was lost, with all that was in it. */
  void storeLost(String what, long now) {
    String event = what + " after " + Durations.format(now - started);
    if (events.size() < MAX_NAMED) {
      events.add(event);
    }
    for (Heard entry : heard.values()) {
      if (entry.goneAfter < 0) {
        entry.goneAfter = now - started;
      }
    }
  }

  /** Who is here, who was, who is missing; a sentence or two without a final stop. */
  String describe(long now, String store, List<String> refusals) {
    List<Heard> here = heard.values().stream().filter(entry -> entry.goneAfter < 0).toList();
    List<Heard> gone = heard.values().stream().filter(entry -> entry.goneAfter >= 0).toList();
    StringBuilder text = new StringBuilder();
    text.append("heard from ").append(here.isEmpty() ? "nobody" : listHere(here));
    for (Heard entry : gone) {
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

  private String listHere(List<Heard> here) {
    return limited(
        here.stream()
            .map(
                entry ->
                    entry.worker.incarnation().equals(self.incarnation())
                        ? entry.worker + ", which is this worker"
                        : entry.worker + " after " + Durations.format(entry.after))
            .toList());
  }

  private static String describeGone(Heard entry) {
    return entry.worker
        + " was here after "
        + Durations.format(entry.after)
        + " and is gone since "
        + Durations.format(entry.goneAfter)
        + (entry.why == null ? " (it gave up or died)" : " (" + entry.why + ")");
  }

  private static boolean isBack(Heard gone, List<Heard> here) {
    return here.stream().anyMatch(entry -> claimsTheSame(entry.worker, gone.worker));
  }

  private static boolean claimsTheSame(Registration one, Registration other) {
    boolean name = one.name().isPresent() && one.name().equals(other.name());
    boolean rank = one.rank().isPresent() && one.rank().equals(other.rank());
    return name || rank;
  }

  private static String nothingFrom(int worldSize, List<Heard> here, List<Heard> gone) {
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
