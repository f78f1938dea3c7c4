package io.farref.tests.soak;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.WorkerStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A process of the soak: it serves, and calls the others on request. */
final class SoakWorker {
  private static final int BATCH = 100;
  private static final int THREADS = 2;

  private SoakWorker() {}

  /** The resources of a process while no call is running. */
  record Sample(
      String name, long heap, int threads, long files, long owned, long held, long calls) {}

  /** A value to which references are made. */
  static final class Cell {
    private final AtomicLong value = new AtomicLong();

    long add(long more) {
      return value.addAndGet(more);
    }
  }

  /** Joins the group of the environment and serves until its input ends. */
  public static void main(String[] args) throws IOException {
    try (Worker me = Worker.builder().rpcTimeout(Duration.ZERO).join()) {
      while (System.in.read() >= 0) {
        // only the end of the input matters
      }
    }
  }

  static long twice(long n) {
    return 2 * n;
  }

  /** Makes the given number of calls and references to the others, and checks every result. */
  static long load(long calls, long references) throws Exception {
    Worker me = Worker.current();
    List<Peer> others = me.peers().stream().filter(each -> !each.isSelf()).toList();
    List<CompletableFuture<Long>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<Peer> mine = i % 2 == 0 ? others : others.reversed();
      threads.add(
          CompletableFuture.supplyAsync(
              () -> load(mine, calls / THREADS, references / THREADS),
              task -> Thread.ofPlatform().daemon().name("soak").start(task)));
    }
    long made = 0;
    for (CompletableFuture<Long> each : threads) {
      made += each.get();
    }
    return made;
  }

  private static long load(List<Peer> others, long calls, long references) {
    long made = 0;
    long referred = 0;
    for (long round = 0; made < calls || referred < references; round++) {
      Peer peer = others.get((int) (round % others.size()));
      Peer next = others.get((int) ((round + 1) % others.size()));
      while (referred * calls <= made * references && referred < references) {
        made += refer(peer, next, referred);
        referred++;
      }
      made += batch(peer, round);
    }
    return made;
  }

  private static long batch(Peer peer, long round) {
    List<CompletableFuture<Long>> futures = new ArrayList<>(BATCH);
    for (long i = 0; i < BATCH; i++) {
      long n = round + i;
      futures.add(peer.rpcAsync(() -> twice(n)));
    }
    for (int i = 0; i < BATCH; i++) {
      check(2 * (round + i), futures.get(i).join());
    }
    check(2 * round, peer.<Long, RuntimeException>rpcSync(() -> twice(round)));
    return BATCH + 1;
  }

  /** Creates a value, uses its reference, passes every fourth to the other peer, releases it. */
  private static long refer(Peer peer, Peer next, long number) {
    try (RRef<Cell> cell = peer.remote(Cell::new)) {
      if (number % 4 != 0) {
        check(1, cell.rpcAsync(each -> each.add(1)).join());
        return 2;
      }
      long there =
          next.<Long, RuntimeException>rpcSync(
              () -> {
                try (cell) {
                  return cell.<Long, RuntimeException>rpcSync(each -> each.add(3));
                }
              });
      check(3, there);
      return 3;
    }
  }

  private static void check(long expected, long actual) {
    if (expected != actual) {
      throw new IllegalStateException("got " + actual + " instead of " + expected);
    }
  }

  /** Collects garbage and measures what is left. */
  static Sample sample() throws IOException {
    System.gc();
    System.gc();
    Worker me = Worker.current();
    WorkerStats now = me.stats();
    long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    int threads = Thread.getAllStackTraces().size();
    long files;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      files = open.count();
    }
    return new Sample(
        me.name(), heap, threads, files, now.valuesOwned(), now.referencesHeld(), now.callsSent());
  }
}
