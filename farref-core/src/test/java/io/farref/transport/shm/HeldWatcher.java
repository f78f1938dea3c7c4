package io.farref.transport.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the thread that accepts connections through shared memory busy, until closed. */
public final class HeldWatcher implements AutoCloseable {
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final Pipe pipe = Pipe.open();

  public HeldWatcher() throws IOException, InterruptedException {
    pipe.source().configureBlocking(false);
    ShmSocketWatcher.watch(pipe.source(), SelectionKey.OP_READ, new Holder());
    pipe.sink().write(ByteBuffer.allocate(1));
    assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Makes the watcher's thread fail with an error, once. */
  public static void fail(Error cause) throws IOException {
    Pipe failing = Pipe.open();
    failing.source().configureBlocking(false);
    ShmSocketWatcher.watch(
        failing.source(),
        SelectionKey.OP_READ,
        new ShmSocketWatcher.Handler() {
          @Override
          public boolean ready() {
            throw cause;
          }

          @Override
          public boolean failed(Throwable again) {
            throw cause; // so that it gets out of the watcher's round, too
          }
        });
    failing.sink().close();
  }

  private final class Holder implements ShmSocketWatcher.Handler {
    @Override
    public boolean ready() {
      held.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    }

    @Override
    public boolean failed(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  @Override
  public void close() throws IOException {
    release.countDown();
    pipe.sink().close();
    pipe.source().close();
    ShmSocketWatcher.forgetClosed();
  }
}
