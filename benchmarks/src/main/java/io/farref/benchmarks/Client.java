package io.farref.benchmarks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/** The calling side of a contender. A system overrides the methods that it supports. */
public interface Client extends AutoCloseable {
  /** An object on the server. */
  interface Held {
    /** Adds to its count, and returns the sum. */
    int add(int n) throws Exception;

    /** Gives it back. */
    void release() throws Exception;
  }

  /** Sends a payload that was made before, and waits for the answer. */
  interface Transfer {
    void run() throws Exception;
  }

  /** A call of which the answer comes later. */
  interface AsyncCall {
    CompletableFuture<Integer> start(int a, int b);
  }

  /** The sum, which the server computes. */
  int add(int a, int b) throws Exception;

  /** So many calls at a time, for so long; returns how many. */
  default long calls(int inFlight, long nanos) throws Exception {
    return callers(
        Thread.ofPlatform().factory(), inFlight, nanos, i -> Check.equal(add(i, 7), i + 7));
  }

  /** Makes ready to send so many bytes, of which the server makes a complete value. */
  default Transfer payload(int size) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Makes an object on the server. */
  default Held hold() throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Makes, calls and releases objects, so many at a time, for so long; returns how many. */
  default long objects(int inFlight, long nanos) throws Exception {
    return callers(
        Thread.ofPlatform().factory(),
        inFlight,
        nanos,
        _ -> {
          Held held = hold();
          Check.equal(held.add(1), 1);
          held.release();
        });
  }

  /** How many objects there are on the server. */
  default int live() throws Exception {
    return 0;
  }

  /** Called again and again until no object is left. */
  default void hurryRelease() {}

  @Override
  default void close() throws IOException {}

  /** A part of {@link #objects} and {@link #calls} for systems in which each caller waits. */
  static long callers(ThreadFactory factory, int callers, long nanos, Sample.Call call)
      throws Exception {
    long end = System.nanoTime() + nanos;
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(factory)) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int t = 0; t < callers; t++) {
        counts.add(threads.submit(() -> callUntil(end, call)));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get();
      }
      return sum;
    }
  }

  private static long callUntil(long end, Sample.Call call) throws Exception {
    int done = 0;
    while (System.nanoTime() < end) {
      call.run(done++);
    }
    return done;
  }

  /** A part of {@link #calls} for systems in which a caller need not wait. */
  static long async(int inFlight, long nanos, AsyncCall call) {
    Queue<CompletableFuture<Integer>> window = new ArrayDeque<>();
    long end = System.nanoTime() + nanos;
    int sent = 0;
    int received = 0;
    while (System.nanoTime() < end) {
      if (window.size() == inFlight) {
        Check.equal(window.remove().join(), received++ + 7);
      }
      window.add(call.start(sent++, 7));
    }
    while (!window.isEmpty()) {
      Check.equal(window.remove().join(), received++ + 7);
    }
    return received;
  }
}
