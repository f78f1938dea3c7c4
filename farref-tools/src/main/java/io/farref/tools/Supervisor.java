package io.farref.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts the workers of a job, and ends all of them when one fails. One thread runs it; it takes
 * the events from a queue.
 */
final class Supervisor {
  private sealed interface Event {}

  private record Ended(Child child) implements Event {}

  private record Stop(Job.StopSignal signal) implements Event {}

  private final JobSpec spec;
  private final Sink sink;
  private final String secret;
  private final long started = System.nanoTime();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private volatile List<Child> children = List.of();
  private volatile String rendezvous = "";
  private Job.@Nullable StopSignal stopped;

  Supervisor(JobSpec spec, Sink sink) {
    this.spec = spec;
    this.sink = sink;
    this.secret = spec.environment().getOrDefault("FARREF_SECRET", newSecret());
  }

  /** Starts the workers for the first time, on the caller's thread. */
  void start() throws IOException {
    start(0);
  }

  List<Job.Member> members() {
    return children.stream().map(Child::member).toList();
  }

  String rendezvous() {
    return rendezvous;
  }

  String secret() {
    return secret;
  }

  /** From any thread. */
  void stop(Job.StopSignal signal) {
    events.add(new Stop(signal));
  }

  /** Watches over the workers that {@link #start} started until the job has ended. */
  Job.Outcome run() throws IOException, InterruptedException {
    for (int restarts = 0; ; restarts++) {
      List<Job.Exit> exits = new ArrayList<>();
      Optional<Job.Exit> failure = awaitEnd(exits);
      if (failure.isEmpty() || stopped != null || restarts == spec.restarts()) {
        int code = stopped == null ? failure.map(Job.Exit::code).orElse(0) : stopped.exitCode();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
        return new Job.Outcome(code, failure, List.copyOf(exits), restarts, elapsed);
      }
      sink.notice(
          "starting all workers again, restart %d of %d".formatted(restarts + 1, spec.restarts()));
      start(restarts + 1);
    }
  }

  private void start(int restart) throws IOException {
    rendezvous = "tcp://127.0.0.1:" + freePort();
    Map<String, String> group =
        Map.of(
            "FARREF_RENDEZVOUS",
            rendezvous,
            "FARREF_SECRET",
            secret,
            "FARREF_RESTART",
            Integer.toString(restart));
    List<Child> begun = new ArrayList<>();
    try {
      for (int i = 0; i < spec.workers(); i++) {
        int rank = spec.firstRank() + i;
        begun.add(Child.start(spec, rank, group, sink, child -> events.add(new Ended(child))));
      }
    } catch (IOException e) {
      begun.forEach(Child::kill);
      throw e;
    }
    children = List.copyOf(begun);
  }

  /**
   * Waits for the end of one attempt; the first failure that was not requested, if there was one.
   */
  private Optional<Job.Exit> awaitEnd(List<Job.Exit> exits) throws InterruptedException {
    Job.Exit failure = null;
    boolean ending = false;
    long killAt = 0;
    while (exits.size() < spec.workers()) {
      Event event =
          ending && killAt != Long.MAX_VALUE
              ? events.poll(killAt - System.nanoTime(), TimeUnit.NANOSECONDS)
              : events.take();
      switch (event) {
        case Ended(Child child) -> {
          Job.Exit exit = child.exit();
          exits.add(exit);
          if (exit.code() != 0 && !ending) {
            failure = exit;
            ending = true;
            killAt = endAll(Job.StopSignal.TERM);
            sink.notice(exit + endingOthers(spec.workers() - exits.size()));
          }
        }
        case Stop(Job.StopSignal signal) -> {
          stopped = stopped == null ? signal : stopped;
          if (ending) {
            killAll();
          } else {
            ending = true;
            killAt = endAll(signal);
          }
        }
        case null -> {
          killAll();
          killAt = Long.MAX_VALUE;
        }
      }
    }
    return Optional.ofNullable(failure);
  }

  private static String endingOthers(int others) {
    return switch (others) {
      case 0 -> "";
      case 1 -> "; ending the other";
      default -> "; ending the other " + others;
    };
  }

  /** Asks all to end; when the time for it is up. */
  private long endAll(Job.StopSignal signal) {
    children.forEach(child -> child.end(signal));
    return System.nanoTime() + spec.grace().toNanos();
  }

  private void killAll() {
    for (Child child : children) {
      if (child.isAlive()) {
        sink.notice(child.member() + " has not ended; killing it");
        child.kill();
      }
    }
  }

  /** Another process rarely takes it before rank 0 does: ports are given out in turn. */
  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Keeps other users of this machine out of the group. */
  private static String newSecret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
