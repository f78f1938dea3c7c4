package io.farref.transport.shm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * The one thread of this JVM that watches the sockets beside shared memory, because a thread that
 * sleeps in shared memory cannot. It starts with the first socket and runs until the JVM ends. The
 * bytes of calls do not pass through it.
 */
final class ShmSocketWatcher {
  private static final Logger LOG = System.getLogger(ShmSocketWatcher.class.getPackageName());

  private final Selector selector;

  /** Called on the watcher's thread when the channel is ready; must not block. */
  interface Handler {
    /** Returns whether to keep watching. */
    boolean ready();
  }

  private static final class Holder {
    static final ShmSocketWatcher INSTANCE = start();
  }

  private ShmSocketWatcher(Selector selector) {
    this.selector = selector;
  }

  private static ShmSocketWatcher start() {
    try {
      ShmSocketWatcher watcher = new ShmSocketWatcher(Selector.open());
      Thread.ofPlatform().daemon().name("farref-jvm-shm").start(watcher::run);
      return watcher;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch sockets", e);
    }
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
        selector.select(ShmSocketWatcher::ready);
      } catch (IOException | RuntimeException | Error e) {
        // The other channels must still be watched.
        LOG.log(Level.ERROR, "a connection through shared memory cannot be watched", e);
      }
    }
  }

  private static void ready(SelectionKey key) {
    boolean keepWatching = false;
    try {
      keepWatching = key.isValid() && ((Handler) key.attachment()).ready();
    } finally {
      if (!keepWatching) {
        key.cancel();
      }
    }
  }
}
