package io.farref.call;

import org.jspecify.annotations.Nullable;

/** A platform thread that reads connections. */
final class ReaderThread extends Thread {
  private @Nullable Turn turn;
  private @Nullable CallContext context;

  ReaderThread(ThreadGroup group, Runnable task, String name) {
    super(group, task, name);
    setDaemon(true);
  }

  /** The lease of this thread; called by this thread only. */
  @Nullable Turn turn() {
    return turn;
  }

  /** This thread has that lease from now on; null: none. */
  void turn(@Nullable Turn now) {
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
