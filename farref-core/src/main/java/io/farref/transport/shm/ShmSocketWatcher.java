package io.farref.transport.shm;

import io.farref.observe.RareLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of this JVM that watches the sockets beside shared memory, because a thread that
 * sleeps in shared memory cannot. It starts with the first socket and runs until the JVM ends. The
 * bytes of calls do not pass through it.
 */
final class ShmSocketWatcher {
  private static final RareLog FAILURES =
      new RareLog(System.getLogger(ShmSocketWatcher.class.getPackageName()));

  private static final long PAUSE_MILLIS = 20;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);

  private final Selector selector;

  /** Called on the watcher's thread; must not block. */
  interface Handler {
    /** The channel is ready. Returns whether to keep watching. */
    boolean ready() throws IOException;

    /**
     * {@link #ready} threw.
     *
     * @return whether to keep watching, after a pause
     */
    boolean failed(Throwable cause);
  }

  /** A channel that is not watched for a moment. */
  private record Paused(SelectionKey key, int operation) {
    void resume() {
      key.interestOps(operation);
    }
  }

  /** Used by the watcher's thread only. */
  private final List<Paused> paused = new ArrayList<>();

  private long pausedAt;

  private static final class Holder {
    static final ShmSocketWatcher INSTANCE = start();
  }

  private ShmSocketWatcher(Selector selector) {
    this.selector = selector;
  }

  private static ShmSocketWatcher start() {
    try {
      ShmSocketWatcher watcher = new ShmSocketWatcher(Selector.open());
      watcher.startThread();
      return watcher;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch sockets", e);
    }
  }

  private void startThread() {
    Thread.ofPlatform()
        .daemon()
        .name("farref-jvm-shm")
        .uncaughtExceptionHandler((_, _) -> startThread()) // the channels must still be watched
        .start(this::run);
  }

  /** Watches a channel from now on; replaces the previous handler of the channel. */
  static void watch(SelectableChannel channel, int operation, Handler handler)
      throws ClosedChannelException {
    Selector selector = Holder.INSTANCE.selector;
    channel.register(selector, operation, handler);
    selector.wakeup();
  }

  /** Lets go of closed channels: one that is watched keeps its descriptor until the next round. */
  static void forgetClosed() {
    Holder.INSTANCE.selector.wakeup();
  }

  private void run() {
    while (true) {
      try {
        selector.select(this::ready, paused.isEmpty() ? 0 : PAUSE_MILLIS);
        if (!paused.isEmpty() && System.nanoTime() - pausedAt >= PAUSE_NANOS) {
          paused.stream().filter(each -> each.key.isValid()).forEach(Paused::resume);
          paused.clear();
        }
      } catch (IOException | RuntimeException | Error e) {
        // The other channels must still be watched.
        FAILURES.warn("a connection through shared memory cannot be watched", e);
      }
    }
  }

  private void ready(SelectionKey key) {
    boolean keepWatching = false;
    try {
      keepWatching = key.isValid() && ready(key, (Handler) key.attachment());
    } finally {
      if (!keepWatching) {
        key.cancel();
      }
    }
  }

  private boolean ready(SelectionKey key, Handler handler) {
    try {
      return handler.ready();
    } catch (IOException | RuntimeException | Error e) {
      boolean keepWatching = handler.failed(e);
      if (keepWatching) {
        // A channel that cannot be served stays ready: this thread would spin.
        paused.add(new Paused(key, key.interestOps()));
        pausedAt = System.nanoTime();
        key.interestOps(0);
      }
      return keepWatching;
    }
  }
}
