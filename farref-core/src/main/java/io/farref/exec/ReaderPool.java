package io.farref.exec;

import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read one connection and run the short functions of its peer. They are reused for
 * this connection only: what a function leaves in a thread local is found by later functions of the
 * same peer at most.
 */
public final class ReaderPool {
  private final ThreadPoolExecutor threads;

  ReaderPool(ThreadPoolExecutor threads) {
    this.threads = threads;
  }

  /** Runs a task that reads the connection. */
  public void read(Runnable task) {
    threads.execute(task);
  }

  /** The connection has ended: threads end as soon as they have nothing to do. */
  public void end() {
    threads.setKeepAliveTime(0, TimeUnit.NANOSECONDS); // not shut down: some still run functions
  }
}
