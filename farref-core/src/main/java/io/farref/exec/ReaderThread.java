package io.farref.exec;

import org.jspecify.annotations.Nullable;

/** A platform thread that reads connections. */
public final class ReaderThread extends Thread {
  private final ThreadGroup group;
  private final String name;
  private final @Nullable ClassLoader loader;
  private @Nullable ReadLease lease;
  private @Nullable CallContext context;

  @SuppressWarnings("ThreadPriorityCheck") // undoes a priority
  ReaderThread(ThreadGroup group, Runnable task, String name, @Nullable ClassLoader loader) {
    super(group, task, name, 0, false);
    this.group = group;
    this.name = name;
    this.loader = loader;
    setDaemon(true);
    setContextClassLoader(loader);
    setPriority(NORM_PRIORITY); // else that of the thread that happens to start this one
  }

  /**
   * Undoes what user code has changed about this thread, for the next code that runs on it; called
   * by this thread only. Thread locals stay: see {@link ReaderPool}.
   */
  @SuppressWarnings({
    "ReferenceEquality", // the cheapest test for the usual case
    "ThreadPriorityCheck" // undoes a priority
  })
  void tidy() {
    interrupted();
    if (getContextClassLoader() != loader) {
      setContextClassLoader(loader);
    }
    if (getName() != name) {
      setName(name);
    }
    if (getPriority() != NORM_PRIORITY) {
      setPriority(NORM_PRIORITY);
    }
    if (getUncaughtExceptionHandler() != group) {
      setUncaughtExceptionHandler(null);
    }
  }

  /** The lease of this thread; called by this thread only. */
  @Nullable ReadLease lease() {
    return lease;
  }

  /** This thread has that lease from now on; null: none. */
  public void lease(@Nullable ReadLease now) {
    lease = now;
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
