package io.farref.exec;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one worker: platform threads that read connections, one for each connection and
 * some more for functions that just turned out to be slow, and a virtual thread for each call that
 * may block. All are named {@code farref-WORKER-...}.
 *
 * <p>No thread starts with what user code has left on the thread that started it: none inherits
 * thread locals, and all have the context class loader of the thread that made this object.
 *
 * <p>No thread ends by an error in silence. What a thread does for one connection ends, if it
 * fails, that connection. An error that gets out of a thread all the same is told to the worker,
 * which closes: without that thread, calls might wait for ever.
 */
public final class WorkerThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  /** While this many readers are busy, functions with unknown running times are off-loaded. */
  private static final int MOST_BUSY = 32;

  private final Thread.UncaughtExceptionHandler onFailure;
  private final ThreadGroup group;
  private final String prefix;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final ThreadFactory platform;
  private final ThreadFactory virtual;
  private final ThreadPoolExecutor helpers;
  private final AtomicInteger busy = new AtomicInteger();

  /**
   * Starts no thread yet.
   *
   * @param onFailure called on a thread that ends by an error
   */
  public WorkerThreads(String worker, Thread.UncaughtExceptionHandler onFailure) {
    this.onFailure = onFailure;
    group =
        new ThreadGroup("farref-" + worker) {
          @Override
          public void uncaughtException(Thread thread, Throwable cause) {
            onFailure.uncaughtException(thread, cause);
          }
        };
    prefix = "farref-" + worker + "-";
    AtomicLong count = new AtomicLong();
    platform =
        task -> new ReaderThread(group, task, prefix + "read-" + count.incrementAndGet(), loader);
    virtual = virtual(onFailure);
    helpers = pool();
  }

  private ThreadFactory virtual(Thread.UncaughtExceptionHandler onFailure) {
    ThreadFactory plain =
        Thread.ofVirtual()
            .name(prefix + "call-", 0)
            .inheritInheritableThreadLocals(false)
            .uncaughtExceptionHandler(onFailure)
            .factory();
    return task -> {
      Thread thread = plain.newThread(task);
      thread.setContextClassLoader(loader);
      return thread;
    };
  }

  private ThreadPoolExecutor pool() {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), platform);
  }

  /**
   * Makes the pool of the threads that read one connection. They run functions of its peer, and
   * thread locals cannot be erased: so no other connection may get a thread of it.
   */
  public ReaderPool readerPool() {
    return new ReaderPool(pool());
  }

  /** Runs a task that writes to a connection and runs no user code. */
  public void write(Runnable task) {
    try {
      helpers.execute(task);
    } catch (RejectedExecutionException e) {
      // The worker is closed, and so is the connection that would be written to.
      assert helpers.isShutdown();
    }
  }

  /** A reader lost its lease and is still busy with its task. */
  public void readerBusy() {
    busy.incrementAndGet();
  }

  /** A reader that had lost its lease is done with its task. */
  public void readerFree() {
    busy.decrementAndGet();
  }

  /**
   * Whether so many readers are busy that functions with unknown running times should run on
   * virtual threads from the start.
   */
  public boolean areCrowded() {
    return busy.get() >= MOST_BUSY;
  }

  /** Runs a task that may block. */
  public void call(Runnable task) {
    virtual.newThread(task).start();
  }

  /** {@link #call} as an executor. */
  public Executor calls() {
    return this::call;
  }

  /**
   * Runs tasks that may block, for one connection.
   *
   * @param onFailure called on a thread that ends by an error, instead of telling the worker
   */
  public Executor calls(Consumer<Throwable> onFailure) {
    ThreadFactory own = virtual((_, cause) -> onFailure.accept(cause));
    return task -> own.newThread(task).start();
  }

  /** Makes a platform thread for that role, not started yet. */
  public Thread platform(String role, Runnable task) {
    Thread thread = new Thread(group, task, prefix + role, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    return thread;
  }

  /** Called on a thread of the worker that ends by an error. */
  public Thread.UncaughtExceptionHandler onFailure() {
    return onFailure;
  }

  /** Lets the helpers end; readers end with their connections. */
  @Override
  public void close() {
    helpers.shutdown();
  }
}
