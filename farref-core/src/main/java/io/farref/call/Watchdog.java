package io.farref.call;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the turn to read from threads that wait, or are busy for too long. Looks around once a
 * millisecond while there is work, and sleeps when there was none for a while.
 */
public final class Watchdog implements Runnable {
  /** Who is found waiting for the same thing at two ticks loses its turn. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

  /** A thread that runs longer than this lets others go on. */
  static final long LONGEST_RUN = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int IDLE_TICKS = 50;

  private final Set<Pump> pumps = ConcurrentHashMap.newKeySet();
  private final Set<Connection> unflushed = ConcurrentHashMap.newKeySet();
  private final Threads threads;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean worked;
  private volatile boolean stopped;

  /** Starts to watch. */
  public Watchdog(Threads threads) {
    this.threads = threads;
    thread = threads.platform("watchdog", this);
    thread.start();
  }

  void add(Pump pump) {
    pumps.add(pump);
  }

  void remove(Pump pump) {
    pumps.remove(pump);
  }

  /** Stops watching. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  /** What waits in the connection should leave within a tick. */
  void flushSoon(Connection connection) {
    unflushed.add(connection);
    watch();
  }

  /** Some thread is busy from now on. */
  void watch() {
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
        // A thread that gets busy sets `worked` before it reads `asleep`, this one the reverse.
        asleep = true;
        if (!worked && !stopped) {
          LockSupport.park(this);
        }
        asleep = false;
      }
      boolean busy = lookAfterReaders();
      busy |= flush();
      if (worked || busy) {
        worked = false;
        idle = 0;
      } else {
        idle++;
      }
    }
  }

  private boolean lookAfterReaders() {
    long now = System.nanoTime();
    boolean busy = false;
    for (Pump pump : pumps) {
      busy |= pump.look(now, TICK / 2, LONGEST_RUN);
    }
    return busy;
  }

  private boolean flush() {
    boolean busy = false;
    for (Iterator<Connection> all = unflushed.iterator(); all.hasNext(); ) {
      Connection connection = all.next();
      all.remove();
      if (connection.tick()) {
        threads.call(connection::flush); // a write may wait for the other side
      }
      busy = true;
    }
    return busy;
  }
}
