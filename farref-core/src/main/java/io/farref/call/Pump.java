package io.farref.call;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection, frame by frame, with whichever thread has the {@link Turn}.
 *
 * <p>Invariant: only the thread whose turn is {@code current} and READING touches the inbox.
 */
final class Pump {
  private final Connection connection;
  private final Outbox outbox;
  private final Threads threads;
  private final Watchdog watchdog;
  private volatile @Nullable Turn current;
  private Inbox inbox;

  Pump(Connection connection, Inbox inbox, Outbox outbox, Threads threads, Watchdog watchdog) {
    this.connection = connection;
    this.inbox = inbox;
    this.outbox = outbox;
    this.threads = threads;
    this.watchdog = watchdog;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  /** The turn of the thread that reads now. */
  @Nullable Turn current() {
    return current;
  }

  /** Starts reading, on the calling thread, until the end of the connection or of its turn. */
  void run() {
    Turn turn = new Turn(this);
    current = turn;
    ReaderThread me = (ReaderThread) Thread.currentThread();
    me.turn(turn);
    try {
      read(turn, inbox);
    } catch (IOException | RuntimeException | Error e) {
      connection.fail(e); // nobody would read on, and whoever waits would wait for ever
    } finally {
      me.turn(null);
      if (turn.isTaken()) {
        threads.freeAgain();
      }
    }
  }

  /** Goes on on another thread; called by whoever took the turn of the one that was busy. */
  void resume() {
    threads.lostTurn();
    try {
      inbox = inbox.successor();
      threads.read(this::run);
    } catch (OutOfMemoryError e) {
      connection.fail(e); // no memory, or no thread to be had
    }
  }

  private void read(Turn turn, Inbox in) throws IOException {
    while (true) {
      if (!in.poll()) {
        if (outbox.isPending()) {
          turn.begin();
          outbox.flush();
          if (!turn.end()) {
            return;
          }
        }
        in.take();
      }
      if (!connection.handle(in, turn)) {
        // Whoever reads on may have looked for something to write before this thread left it.
        outbox.flush();
        return;
      }
    }
  }
}
