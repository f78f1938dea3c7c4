package io.farref.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The thread of a proxy: waits for channels, timers and requests. */
final class ProxyLoop {
  private static final System.Logger LOG = System.getLogger(ProxyLoop.class.getPackageName());

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.<Timer>comparingLong(timer -> timer.due).thenComparingLong(Timer::number));
  private final long epoch = System.nanoTime();
  private long timersMade;
  private boolean stopped;

  /** Whether requests are not answered any more. */
  @GuardedBy("asked")
  private boolean ended;

  /** A task of the loop. */
  interface Task {
    void run() throws IOException;
  }

  /** A request that the loop answers. */
  interface Question<T> {
    T answer() throws IOException;
  }

  /** Is called when a channel is ready. */
  interface Handler {
    void ready(SelectionKey key) throws IOException;
  }

  private record Timer(long due, long number, Task task) {}

  ProxyLoop(String name) throws IOException {
    selector = Selector.open();
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Has the loop's thread answer a request, and waits; on that thread itself, answers at once. */
  <T> T ask(Question<T> question) throws IOException {
    if (Thread.currentThread() == thread) {
      return question.answer();
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            T given = question.answer();
            selector.selectNow(); // a closed channel is released only when its key is gone
            answer.complete(given);
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        };
    synchronized (asked) {
      if (ended) {
        throw new IllegalStateException("the proxy is closed");
      }
      asked.add(task);
    }
    selector.wakeup();
    try {
      return answer.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  /** Nanoseconds since the loop began. */
  long now() {
    return System.nanoTime() - epoch;
  }

  void after(Duration delay, Task task) {
    at(now() + delay.toNanos(), task);
  }

  void at(long due, Task task) {
    timers.add(new Timer(due, timersMade++, task));
  }

  SelectionKey register(SelectableChannel channel, int interest, Handler handler)
      throws IOException {
    return channel.register(selector, interest, handler);
  }

  /** Runs a last task and ends the thread. */
  void close(Task last) {
    synchronized (asked) {
      if (ended) {
        return;
      }
    }
    try {
      ask(
          () -> {
            if (!stopped) {
              stopped = true;
              last.run();
            }
            return 0;
          });
    } catch (IOException e) {
      throw new IllegalStateException("cannot close the proxy: " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "the proxy was closed by another thread", e);
    }
    awaitEnd();
  }

  void close() {
    close(() -> {});
  }

  private void awaitEnd() {
    if (Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try (selector) {
      while (!stopped) {
        selector.selectedKeys().clear();
        long wait = timers.isEmpty() ? Long.MAX_VALUE : timers.element().due - now();
        if (wait <= 0 || !asked.isEmpty()) {
          selector.selectNow();
        } else {
          selector.select(wait == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(wait) + 1);
        }
        for (SelectionKey key : selector.selectedKeys().toArray(SelectionKey[]::new)) {
          if (key.isValid()) {
            ((Handler) key.attachment()).ready(key);
          }
        }
        while (!timers.isEmpty() && timers.element().due <= now()) {
          timers.remove().task.run();
        }
        for (Runnable next = asked.poll(); next != null; next = asked.poll()) {
          next.run();
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the proxy " + thread.getName() + " failed", e);
    } finally {
      synchronized (asked) {
        ended = true;
        asked.forEach(Runnable::run); // the selector is closed, so that each request fails
      }
    }
  }
}
