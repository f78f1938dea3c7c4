package io.farref.call;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads of one worker: platform threads that read connections, as many as there are
 * connections and some for functions that just turned out slow, and a virtual thread for each call
 * that may block.
 */
public final class Threads implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;
  private static final int MOST_BUSY = 32;

  private final ThreadGroup group;
  private final String prefix;
  private final ThreadPoolExecutor readers;
  private final ThreadFactory virtual;
  private final AtomicInteger busy = new AtomicInteger();

  /** Makes the threads of a worker of that name. */
  public Threads(String worker) {
    group = new ThreadGroup("farref-" + worker);
    prefix = "farref-" + worker + "-";
    AtomicLong count = new AtomicLong();
    readers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new ReaderThread(group, task, prefix + "read-" + count.incrementAndGet()));
    virtual = Thread.ofVirtual().name(prefix + "call-", 0).factory();
  }

  /** Runs a task that reads a connection. */
  void read(Runnable task) {
    try {
      readers.execute(task);
    } catch (RejectedExecutionException e) {
      // The worker is closed, and with it the connection that nobody reads any more.
      assert readers.isShutdown();
    }
  }

  /** A reading thread lost its turn and goes on with what keeps it busy. */
  void lostTurn() {
    busy.incrementAndGet();
  }

  /** A reading thread that had lost its turn is free again. */
  void freeAgain() {
    busy.decrementAndGet();
  }

  /**
   * Whether so many reading threads are kept busy that functions of which nobody knows better had
   * better run on virtual threads from the start.
   */
  boolean areCrowded() {
    return busy.get() >= MOST_BUSY;
  }

  /** Runs a task that may block. */
  public void call(Runnable task) {
    virtual.newThread(task).start();
  }

  /** {@link #call} as an executor. */
  public Executor calls() {
    return this::call;
  }

  /** Makes a platform thread, not started yet. */
  public Thread platform(String role, Runnable task) {
    Thread thread = new Thread(group, task, prefix + role);
    thread.setDaemon(true);
    return thread;
  }

  /** Lets the reading threads end when they have nothing left to read. */
  @Override
  public void close() {
    readers.shutdown();
  }
}
