package io.farref.call;

import io.farref.exec.ReadLease;
import io.farref.exec.ReaderRole;
import io.farref.exec.ReaderTask;
import io.farref.exec.ReaderThread;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.mux.FrameQueue;
import io.farref.mux.FrameReader;
import io.farref.mux.WriteCoalescer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection, frame by frame: on the resident reader, which is the thread that has the
 * {@link ReadLease}, or on a caller that waits for its reply.
 *
 * <p>Invariant: only the thread that has the {@link ReaderRole} uses the inbox. If that is the
 * resident reader, its lease is {@code current} and READING.
 */
public final class ConnectionReader implements ReadLease.Reader, Watchdog.Watched {
  private final Connection connection;
  private final FrameQueue outbox;
  private final WriteCoalescer writer;
  private final WorkerThreads threads;
  private final Watchdog watchdog;
  private final ReaderRole role = new ReaderRole();
  private volatile @Nullable ReadLease current;
  private FrameReader inbox;

  ConnectionReader(
      Connection connection, FrameReader inbox, WorkerThreads threads, Watchdog watchdog) {
    this.connection = connection;
    this.inbox = inbox;
    this.outbox = connection.outbox();
    this.writer = connection.writer();
    this.threads = threads;
    this.watchdog = watchdog;
  }

  /** The role that the resident reader shares with callers. */
  public ReaderRole role() {
    return role;
  }

  /** What the thread that has the lease does. */
  public ReaderTask work() {
    ReadLease turn = current;
    return turn == null ? ReaderTask.ANY : turn.work();
  }

  /** Where the thread that has the {@link #role} reads. */
  public FrameReader inbox() {
    return inbox;
  }

  /** Revokes the lease of a resident reader that is stuck; summons it if no caller reads. */
  @Override
  public boolean look(long now, long waitingNanos, long runningNanos) {
    if (role.isFree()) {
      if (role.isUnused()) {
        role.summon();
      }
      return true;
    }
    ReadLease turn = current;
    return turn != null && turn.revokeIfStuck(now, waitingNanos, runningNanos);
  }

  /** Reads on the current thread, until the end of the connection or of the thread's lease. */
  void run() {
    ReadLease turn = new ReadLease(this, watchdog);
    current = turn;
    ReaderThread me = (ReaderThread) Thread.currentThread();
    me.turn(turn);
    try {
      read(turn, inbox);
    } catch (IOException | RuntimeException | Error e) {
      connection.fail(e); // no thread would read on, and callers would wait for ever
    } finally {
      me.turn(null);
      if (turn.isRevoked()) {
        threads.readerFree();
      }
    }
  }

  @Override
  public void resume() {
    threads.readerBusy();
    try {
      inbox = inbox.successor();
      threads.read(this::run);
    } catch (OutOfMemoryError e) {
      connection.fail(e); // no memory, or no thread to be had
    }
  }

  /** The resident reader leaves its role to callers until it is needed. */
  void rest() {
    int before = role.uses();
    role.rest();
    lookForAnnouncements();
    role.awaitSummons();
    connection.hasRested(role.uses() - before);
  }

  /** A caller leaves the role: to the resident reader if that is needed, else it is free. */
  public void leave(boolean forResident) {
    if (forResident || connection.isResidentNeeded()) {
      role.pass();
      return;
    }
    role.giveBack();
    lookForAnnouncements();
  }

  /** A thread that needed the resident reader before the role was free could not summon it. */
  private void lookForAnnouncements() {
    watchdog.watch();
    if (connection.isResidentNeeded()) {
      role.summon();
    }
  }

  private void read(ReadLease turn, FrameReader in) throws IOException {
    while (true) {
      if (!in.poll()) {
        if (outbox.isPending()) {
          turn.begin(ReaderTask.ANY);
          writer.flush();
          if (!turn.end()) {
            return;
          }
        }
        if (connection.mayRest()) {
          rest();
          continue;
        }
        in.take();
        turn.lap();
      }
      if (!connection.handle(in, turn)) {
        // The thread that reads on may have looked for frames to write before this one appended.
        writer.flush();
        return;
      }
    }
  }
}
