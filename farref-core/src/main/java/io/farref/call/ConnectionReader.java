package io.farref.call;

import io.farref.bytes.MemoryShortage;
import io.farref.exec.ReadLease;
import io.farref.exec.ReaderTask;
import io.farref.exec.ReaderThread;
import io.farref.exec.ReplyReaderElection;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.mux.FrameQueue;
import io.farref.mux.FrameReader;
import io.farref.mux.WriteCoalescer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection, frame by frame: on the connection's own reader, which is the thread that
 * has the {@link ReadLease}, or on a caller that waits for its reply.
 *
 * <p>Invariant: only the thread that has the {@link ReplyReaderElection} uses the frame reader. If
 * that is the own reader, its lease is {@code current} and READING.
 */
public final class ConnectionReader implements ReadLease.Reader, Watchdog.Watched {
  private final Connection connection;
  private final FrameQueue queue;
  private final WriteCoalescer writer;
  private final WorkerThreads threads;
  private final Watchdog watchdog;
  private final ReplyReaderElection role = new ReplyReaderElection();
  private volatile @Nullable ReadLease current;
  private FrameReader frames;

  ConnectionReader(
      Connection connection, FrameReader frames, WorkerThreads threads, Watchdog watchdog) {
    this.connection = connection;
    this.frames = frames;
    this.queue = connection.queue();
    this.writer = connection.writer();
    this.threads = threads;
    this.watchdog = watchdog;
  }

  /** The role that the own reader shares with callers. */
  public ReplyReaderElection role() {
    return role;
  }

  /** The task that the thread with the lease runs. */
  public ReaderTask work() {
    ReadLease lease = current;
    return lease == null ? ReaderTask.ANY : lease.work();
  }

  /** The frame reader, for the thread that has the {@link #role}. */
  public FrameReader frames() {
    return frames;
  }

  /** Revokes the lease if the own reader is stuck; summons the own reader if no caller reads. */
  @Override
  public boolean look(long now, long waitingNanos, long runningNanos) {
    if (role.isFree()) {
      if (role.isUnused()) {
        role.summon();
      }
      return true;
    }
    ReadLease lease = current;
    return lease != null && lease.revokeIfStuck(now, waitingNanos, runningNanos);
  }

  @Override
  public void fail(Throwable cause) {
    connection.fail(cause);
  }

  /** Reads on the current thread, until the end of the connection or of the thread's lease. */
  void run() {
    ReadLease lease = new ReadLease(this, watchdog);
    current = lease;
    ReaderThread me = (ReaderThread) Thread.currentThread();
    me.lease(lease);
    try {
      read(lease, frames);
    } catch (IOException | RuntimeException | Error e) {
      connection.fail(e); // no thread would read on, and callers would wait for ever
    } finally {
      me.lease(null);
      if (lease.isRevoked()) {
        threads.readerFree();
      }
    }
  }

  @Override
  public void resume() {
    threads.readerBusy();
    startNext(0);
  }

  /** If there is no memory now, or no thread can be started, another thread tries again. */
  private void startNext(int attempt) {
    try {
      frames = frames.successor();
      connection.readers().read(this::run);
    } catch (OutOfMemoryError e) {
      threads.call(() -> startNextAfter(e, attempt));
    } catch (RuntimeException | Error e) {
      connection.fail(e);
    }
  }

  private void startNextAfter(OutOfMemoryError shortage, int attempt) {
    try {
      MemoryShortage.await(shortage, attempt);
      startNext(attempt + 1);
    } catch (OutOfMemoryError e) {
      connection.fail(e); // no thread would read on, and callers would wait for ever
    }
  }

  /** The own reader leaves its role to callers until it is needed. */
  void rest() {
    int before = role.uses();
    role.rest();
    lookForAnnouncements();
    role.awaitSummons();
    connection.hasRested(role.uses() - before);
  }

  /** A caller gives the role up: to the own reader if that is needed, else the role is free. */
  public void leave(boolean forOwnReader) {
    if (forOwnReader || connection.isOwnReaderNeeded()) {
      role.pass();
      return;
    }
    role.giveBack();
    lookForAnnouncements();
  }

  /** Summons the own reader for threads that needed it before the role was free. */
  private void lookForAnnouncements() {
    watchdog.watch();
    if (connection.isOwnReaderNeeded()) {
      role.summon();
    }
  }

  // A frame for which there is no memory now stays where it is, and is read a moment later.

  private static boolean poll(FrameReader in) {
    for (int attempt = 0; ; attempt++) {
      try {
        return in.poll();
      } catch (OutOfMemoryError e) {
        MemoryShortage.await(e, attempt);
      }
    }
  }

  private static void take(FrameReader in) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        in.take();
        return;
      } catch (OutOfMemoryError e) {
        MemoryShortage.await(e, attempt);
      }
    }
  }

  private void read(ReadLease lease, FrameReader in) throws IOException {
    while (true) {
      if (!poll(in)) {
        if (queue.isPending()) {
          lease.begin(ReaderTask.ANY);
          writer.flush();
          if (!lease.end()) {
            return;
          }
        }
        if (connection.mayRest()) {
          rest();
          continue;
        }
        take(in);
        lease.lap();
      }
      if (!connection.handle(in, lease)) {
        // The thread that reads on may have looked for frames to write before this one appended.
        writer.flush();
        return;
      }
    }
  }
}
