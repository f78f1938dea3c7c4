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

  /** The turn this thread has; asked by this thread only. */
  @Nullable Turn turn() {
    return turn;
  }

  /** This thread's turn begins, or with null has ended. */
  void turn(@Nullable Turn now) {
    turn = now;
  }

  /** The call that this thread runs; asked by this thread only. */
  @Nullable CallContext context() {
    return context;
  }

  /** This thread runs that call from now on, or with null none. */
  void context(@Nullable CallContext now) {
    context = now;
  }
}
