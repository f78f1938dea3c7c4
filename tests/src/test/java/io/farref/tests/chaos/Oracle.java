package io.farref.tests.chaos;

import io.farref.tests.chaos.Fault.Event;
import io.farref.tests.chaos.Journal.Entry;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Mark;
import io.farref.tests.chaos.Journal.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks a run against the journals of its processes: every call ran as often as its outcome says,
 * no call failed without a reason, every loss was reported in time, and no loss was reported of a
 * process that was not lost.
 */
final class Oracle {
  /** How much later than the session timeout a loss may be reported. */
  static final int MARGIN_MILLIS = 3_000;

  private static final int MOST_COMPLAINTS = 60;

  private final Options options;
  private final Map<Long, Integer> nodeOfProcess;
  private final List<Event> events;
  private final int leftAt;
  private final Map<Long, Calls> calls = new TreeMap<>();
  private final Map<Long, List<Entry>> sightings = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final Map<Kind, Map<Outcome, Long>> counts = new EnumMap<>(Kind.class);
  private final Map<String, long[]> latencies = new TreeMap<>();
  private long executions;
  private long losses;
  private int longestCall;
  private int suppressed;

  Oracle(Options options, Map<Long, Integer> nodeOfProcess, List<Event> events, int leftAt) {
    this.options = options;
    this.nodeOfProcess = nodeOfProcess;
    this.events = events;
    this.leftAt = leftAt;
    nodeOfProcess.forEach((process, node) -> calls.put(process, new Calls(node)));
  }

  void read(Path directory) throws IOException {
    for (long process : nodeOfProcess.keySet()) {
      List<Entry> others = new ArrayList<>();
      sightings.put(process, others);
      Path journal = directory.resolve("journal-" + process);
      if (!Files.exists(journal)) {
        continue; // it was killed before it had begun
      }
      Journal.read(
          journal,
          entry -> {
            switch (entry.type()) {
              case ISSUED, ENDED, BEGUN, DONE -> {
                Calls of = calls.get((long) entry.caller());
                if (of == null) {
                  complain("a call without a known caller ran: " + entry);
                } else {
                  of.note(entry);
                }
                executions += entry.type() == Mark.BEGUN ? 1 : 0;
              }
              default -> others.add(entry);
            }
          });
    }
  }

  void check() {
    calls.forEach(this::judgeCalls);
    sightings.forEach(this::checkLosses);
    events.forEach(this::checkLossReport);
  }

  private void complain(String what) {
    if (violations.size() < MOST_COMPLAINTS) {
      violations.add(what);
    } else {
      suppressed++;
    }
  }

  /** How soon a loss must be reported. */
  private int limitMillis() {
    return (int) options.sessionTimeout().toMillis() + MARGIN_MILLIS;
  }

  private boolean isExplained(int nodeBits, int from, int to) {
    return events.stream().anyMatch(each -> each.explains(nodeBits, from, to));
  }

  private void judgeCalls(long process, Calls of) {
    for (int number = 1; number <= of.highest(); number++) {
      Kind kind = of.kind(number);
      Outcome outcome = of.outcome(number);
      counts.computeIfAbsent(kind, _ -> new EnumMap<>(Outcome.class)).merge(outcome, 1L, Long::sum);
      String wrong = wrong(of, number);
      if (!wrong.isEmpty()) {
        complain(describe(process, of, number) + " " + wrong);
      }
      if (outcome == Outcome.VALUE) {
        longestCall = Math.max(longestCall, of.ended(number) - of.issued(number));
      }
    }
  }

  private String describe(long process, Calls of, int number) {
    return "%s %d-%d (id %x) of n%d to n%d, from %d to %d ms, that ended with %s and began %d times"
        .formatted(
            of.kind(number),
            process,
            number,
            process << 32 | number,
            of.node,
            of.peer(number),
            of.issued(number),
            of.ended(number),
            of.outcome(number),
            of.begun(number));
  }

  private String wrong(Calls of, int number) {
    Outcome outcome = of.outcome(number);
    int begun = of.begun(number);
    if (of.kind(number) == Kind.NONE) {
      return begun == 0 ? "" : "was never made";
    }
    if (begun > 1) {
      return "ran more than once";
    }
    int bits = 1 << of.node | 1 << of.peer(number);
    int from = of.issued(number);
    if (of.kind(number) == Kind.USE || of.kind(number) == Kind.HAND) {
      bits |= of.before(number);
      from = of.madeAt(number);
    }
    int to = outcome == Outcome.NONE ? Integer.MAX_VALUE : of.ended(number);
    return switch (outcome) {
      case VALUE -> begun == 1 && of.done(number) == 1 ? "" : "has a value and did not run";
      case WRONG -> "has a wrong value";
      case STRANGE -> "failed strangely";
      case NOT_EXECUTED ->
          begun > 0 ? "ran" : isExplained(bits, from, to) ? "" : "had no reason to fail";
      case MAYBE_EXECUTED -> isExplained(bits, from, to) ? "" : "had no reason to fail";
      case UNASKED ->
          begun == 1 || isExplained(bits, from, from + limitMillis())
              ? ""
              : "had no reason not to run";
      case EXECUTED ->
          begun == 0 ? "did not run" : isExplained(bits, from, to) ? "" : "had no reason to fail";
      case NONE -> isExplained(1 << of.node, from, to) ? "" : "never ended";
    };
  }

  /** No loss is reported without a reason. */
  private void checkLosses(long process, List<Entry> seen) {
    int node = nodeOfProcess.get(process);
    for (Entry each : seen) {
      if (each.type() == Mark.LOST) {
        losses++;
        boolean exempt =
            each.millis() >= leftAt
                || events.stream().anyMatch(event -> explains(event, process, each));
        if (!exempt) {
          complain(
              "n%d lost n%d (%x) at %d ms without a reason"
                  .formatted(node, each.peer(), each.id(), each.millis()));
        }
      }
    }
  }

  /** Whether an event explains a loss: a kill explains none of a process that joined after it. */
  private boolean explains(Event event, long process, Entry lost) {
    int node = nodeOfProcess.get(process);
    if (!event.explains(1 << node | 1 << lost.peer(), lost.millis(), lost.millis())) {
      return false;
    }
    if (event.fault() != Fault.KILL) {
      return true;
    }
    long dead = event.nodes().contains(node) ? process : lost.id() >>> 8;
    return sightings.getOrDefault(dead, List.of()).stream()
        .anyMatch(e -> e.type() == Mark.JOINED && e.millis() <= event.start());
  }

  /** Every process that had seen a lost one must report the loss in time. */
  private void checkLossReport(Event event) {
    switch (event.fault()) {
      case KILL -> expectLosses(event, event.nodes(), false);
      case LONG_STOP -> expectLosses(event, event.nodes(), false);
      case LONG_CUT, LONG_PARTITION -> {
        expectLosses(event, event.nodes(), true);
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < options.workers(); i++) {
          if (!event.nodes().contains(i)) {
            rest.add(i);
          }
        }
        expectLosses(event, rest, true);
      }
      default -> {}
    }
  }

  /** The nodes outside of a set must be told that the incarnations inside are lost. */
  private void expectLosses(Event event, List<Integer> gone, boolean eachOther) {
    int limit = event.start() + limitMillis();
    sightings.forEach(
        (process, seen) -> {
          int node = nodeOfProcess.get(process);
          boolean there =
              !gone.contains(node)
                  && seen.stream().anyMatch(e -> e.type() == Mark.JOINED)
                  && isPresent(process, event.start(), limit);
          if (there) {
            seen.stream()
                .filter(e -> e.type() == Mark.SAW && gone.contains(e.peer()))
                .filter(e -> e.millis() < event.start() && !isLostBefore(seen, e, event.start()))
                .forEach(e -> expectLoss(event, process, seen, e, limit));
          }
        });
  }

  /** Whether a process lived during the whole time. */
  private boolean isPresent(long process, int from, int to) {
    int node = nodeOfProcess.get(process);
    boolean replaced =
        sightings.entrySet().stream()
            .filter(e -> e.getKey() > process && nodeOfProcess.get(e.getKey()) == node)
            .flatMap(e -> e.getValue().stream())
            .anyMatch(e -> e.type() == Mark.JOINED && e.millis() < to);
    boolean killed =
        events.stream()
            .anyMatch(
                e ->
                    e.fault() == Fault.KILL
                        && e.nodes().contains(node)
                        && e.start() >= from
                        && e.start() <= to);
    return !replaced && !killed;
  }

  private static boolean isLostBefore(List<Entry> seen, Entry sighting, int time) {
    return seen.stream()
        .anyMatch(
            e ->
                e.type() == Mark.LOST
                    && e.peer() == sighting.peer()
                    && e.id() == sighting.id()
                    && e.millis() < time);
  }

  private void expectLoss(Event event, long process, List<Entry> seen, Entry sighting, int limit) {
    int told =
        seen.stream()
            .filter(e -> e.type() == Mark.LOST && e.id() == sighting.id())
            .mapToInt(Entry::millis)
            .findFirst()
            .orElse(Integer.MAX_VALUE);
    if (told > limit) {
      complain(
          "n%d was not told within %d ms that n%d (%x) is lost: %s at %d ms%s"
              .formatted(
                  nodeOfProcess.get(process),
                  limit - event.start(),
                  sighting.peer(),
                  sighting.id(),
                  event.fault(),
                  event.start(),
                  told == Integer.MAX_VALUE ? "" : ", told after " + (told - event.start())));
    } else {
      long[] before = latencies.getOrDefault(event.fault().name(), new long[0]);
      long[] more = Arrays.copyOf(before, before.length + 1);
      more[before.length] = (long) told - event.start();
      latencies.put(event.fault().name(), more);
    }
  }

  List<String> violations() {
    List<String> all = new ArrayList<>(violations);
    if (suppressed > 0) {
      all.add("and " + suppressed + " more");
    }
    return all;
  }

  Map<Kind, Map<Outcome, Long>> counts() {
    return counts;
  }

  /** How long after an event each loss was reported, by the kind of event, sorted. */
  Map<String, long[]> latencies() {
    latencies.values().forEach(Arrays::sort);
    return latencies;
  }

  long executions() {
    return executions;
  }

  /** How often a process joined again because the others had evicted it. */
  long rejoins() {
    return sightings.values().stream()
        .mapToLong(seen -> seen.stream().filter(e -> e.type() == Mark.JOINED).count() - 1)
        .filter(again -> again > 0)
        .sum();
  }

  long losses() {
    return losses;
  }

  int longestCallMillis() {
    return longestCall;
  }
}
