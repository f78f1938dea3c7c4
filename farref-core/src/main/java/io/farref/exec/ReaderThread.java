package io.farref.exec;

import org.jspecify.annotations.Nullable;

/** A platform thread that reads connections. */
public final class ReaderThread extends Thread {
  private @Nullable ReadLease turn;
  private @Nullable CallContext context;

  ReaderThread(ThreadGroup group, Runnable task, String name) {
    super(group, task, name);
    setDaemon(true);
  }

  /** The lease of this thread; called by this thread only. */
  @Nullable ReadLease turn() {
    return turn;
  }

  /** This thread has that lease from now on; null: none. */
  public void turn(@Nullable ReadLease now) {
    turn = now;
  }

  /** The call that this thread runs; called by this thread only. */
  @Nullable CallContext context() {
    return context;
  }

  /** This thread runs that call from now on; null: none. */
  void context(@Nullable CallContext now) {
    context = now;
  }
}
