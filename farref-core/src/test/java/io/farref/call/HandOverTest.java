package io.farref.call;

import io.farref.Limits;
import io.farref.exec.ReadLease;
import io.farref.mux.FrameReader;
import io.farref.observe.Meters;
import io.farref.transport.InProcessTransport;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The reader role is handed over in every order of steps that a model checker finds worth trying.
 * In a schedule in which the own reader is never summoned, a thread never ends. There is no
 * watchdog that would summon it.
 */
class HandOverTest {
  private static final int SCHEDULES = 300;

  private static Side side;
  private static FrameReader frames;

  @BeforeAll
  static void make() {
    side = Side.withoutWatchdog("own-reader");
    frames = new FrameReader(InProcessTransport.pair()[0], Limits.DEFAULT, new Meters());
  }

  @AfterAll
  static void stop() {
    side.stop();
  }

  /** A connection on which calls are announced, and nothing is sent. */
  private static final class Announcements extends Connection {
    private volatile boolean needed;
    private final AtomicInteger readers = new AtomicInteger();
    private volatile boolean together;

    Announcements() {
      super(side.runtime(), 2, (_, _, _) -> {});
    }

    @Override
    public boolean isOwnReaderNeeded() {
      return needed;
    }

    @Override
    public void ended() {}

    @Override
    public boolean handle(byte kind, FrameReader in, ReadLease lease) {
      return true;
    }

    void read() {
      if (readers.incrementAndGet() != 1) {
        together = true;
      }
      readers.decrementAndGet();
    }
  }

  private static ConnectionReader reader(Connection connection) {
    return new ConnectionReader(connection, frames, side.threads(), side.watchdog());
  }

  private static void together(Announcements connection, Runnable... all) {
    Thread[] threads = new Thread[all.length];
    for (int i = 0; i < all.length; i++) {
      threads[i] = new Thread(all[i]);
      threads[i].start();
    }
    for (Thread each : threads) {
      try {
        each.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    if (connection.together) {
      throw new AssertionError("two threads read at the same time");
    }
  }

  private static void callOnce(ConnectionReader reader, Announcements connection) {
    if (reader.role().tryTake()) {
      connection.read();
      reader.leave(false);
    }
  }

  private static void announce(ConnectionReader reader, Announcements connection) {
    connection.needed = true;
    reader.role().summon();
  }

  private static void rest(ConnectionReader reader, Announcements connection) {
    connection.read();
    reader.rest();
    connection.read();
  }

  @Test
  void aReaderThatGoesToRestReturnsForEveryAnnouncedCall() {
    Lincheck.runConcurrentTest(
        SCHEDULES,
        () -> {
          Announcements connection = new Announcements();
          ConnectionReader reader = reader(connection);
          together(connection, () -> rest(reader, connection), () -> announce(reader, connection));
        });
  }

  @Test
  void aRestingReaderReturnsForCallsAnnouncedWhileACallerReads() {
    Lincheck.runConcurrentTest(
        SCHEDULES,
        () -> {
          Announcements connection = new Announcements();
          ConnectionReader reader = reader(connection);
          together(
              connection,
              () -> rest(reader, connection),
              () -> callOnce(reader, connection),
              () -> announce(reader, connection));
        });
  }

  @Test
  void onlyOneOfTwoSimultaneousCallersReads() {
    Lincheck.runConcurrentTest(
        SCHEDULES,
        () -> {
          Announcements connection = new Announcements();
          ConnectionReader reader = reader(connection);
          reader.role().rest();
          together(
              connection, () -> callOnce(reader, connection), () -> callOnce(reader, connection));
        });
  }

  @Test
  void neverDoTwoThreadsReadAtOnceInAnySchedule() {
    Lincheck.runConcurrentTest(
        SCHEDULES,
        () -> {
          Announcements connection = new Announcements();
          ConnectionReader reader = reader(connection);
          together(
              connection,
              () -> rest(reader, connection),
              () -> callOnce(reader, connection),
              () -> {
                callOnce(reader, connection);
                announce(reader, connection);
              });
        });
  }

  @Test
  void aCallerThatFindsAFrameForOthersWakesTheReader() {
    Lincheck.runConcurrentTest(
        SCHEDULES,
        () -> {
          Announcements connection = new Announcements();
          ConnectionReader reader = reader(connection);
          together(
              connection,
              () -> rest(reader, connection),
              () -> {
                while (!reader.role().tryTake()) {
                  Thread.onSpinWait();
                }
                connection.read();
                reader.leave(true);
              });
        });
  }
}
