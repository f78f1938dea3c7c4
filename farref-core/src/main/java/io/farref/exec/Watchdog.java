package io.farref.exec;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that revokes the read lease of threads that wait or are busy for too long, and has
 * delayed frames written. It makes a round once a millisecond while there is work, and sleeps when
 * there was none for a while.
 */
public final class Watchdog implements Runnable {
  /** A thread that waits for the same thing at two ticks loses its lease. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

  /** A thread that runs longer than this loses its lease. */
  static final long LONGEST_RUN = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int IDLE_TICKS = 50;

  private final Set<Watched> readers = ConcurrentHashMap.newKeySet();
  private final Set<Flushable> unflushed = ConcurrentHashMap.newKeySet();
  private final WorkerThreads threads;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean worked;
  private volatile boolean stopped;

  /** A connection that must always have a thread that reads it. */
  public interface Watched {
    /**
     * Makes sure that some thread reads, if the thread that should has done the same thing for some
     * time: for a short time if it waits, for a long one if it runs.
     *
     * @return whether to check again soon
     */
    boolean look(long now, long waitingNanos, long runningNanos);

    /** {@link #look} threw: this connection is not watched any more, so it must end. */
    void fail(Throwable cause);
  }

  /** A connection whose frames are written with delay. */
  public interface Flushable {
    /** A tick has come; returns whether {@link #flush} has something to write. */
    boolean tick();

    /** Writes the frames that wait; may wait for the other side. */
    void flush();

    /**
     * One of the methods above threw: the frames would wait for ever, so the connection must end.
     */
    void fail(Throwable cause);
  }

  /** Starts the thread. */
  public Watchdog(WorkerThreads threads) {
    this.threads = threads;
    thread = threads.platform("watchdog", this);
    thread.start();
  }

  public void add(Watched reader) {
    readers.add(reader);
  }

  public void remove(Watched reader) {
    readers.remove(reader);
  }

  /** Ends the thread. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  /** Has the frames of a connection written within a tick. */
  public void flushSoon(Flushable waiting) {
    unflushed.add(waiting);
    watch();
  }

  /** A thread is busy from now on. */
  public void watch() {
    if (!worked) {
      worked = true;
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }
  }

  @Override
  public void run() {
    int idle = 0;
    while (!stopped) {
      if (idle < IDLE_TICKS) {
        LockSupport.parkNanos(this, TICK);
      } else {
        // A busy thread writes `worked` and then reads `asleep`; this thread does the reverse.
        asleep = true;
        if (!worked && !stopped) {
          LockSupport.park(this);
        }
        asleep = false;
      }
      boolean busy = checkReaders();
      busy |= flush();
      if (worked || busy) {
        worked = false;
        idle = 0;
      } else {
        idle++;
      }
    }
  }

  private boolean checkReaders() {
    long now = System.nanoTime();
    boolean busy = false;
    for (Watched reader : readers) {
      busy |= look(reader, now);
    }
    return busy;
  }

  private boolean look(Watched reader, long now) {
    try {
      return reader.look(now, TICK / 2, LONGEST_RUN);
    } catch (RuntimeException | Error e) { // the other connections must still be watched
      readers.remove(reader);
      threads.call(() -> reader.fail(e));
      return true;
    }
  }

  private boolean flush() {
    boolean busy = false;
    for (Iterator<Flushable> all = unflushed.iterator(); all.hasNext(); ) {
      Flushable waiting = all.next();
      all.remove();
      try {
        if (waiting.tick()) {
          threads.call(() -> flush(waiting)); // a write may wait for the other side
        }
      } catch (RuntimeException | Error e) {
        threads.call(() -> waiting.fail(e));
      }
      busy = true;
    }
    return busy;
  }

  private static void flush(Flushable waiting) {
    try {
      waiting.flush();
    } catch (RuntimeException | Error e) {
      waiting.fail(e);
    }
  }
}
