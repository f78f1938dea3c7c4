package io.farref.tests.attacks;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * Another transport, whose acceptors can be stopped when they are about to say WELCOME. Broken
 * links are not replaced, so a dialer waits and does not try again.
 */
final class HeldWelcomes implements Transport {
  private final Transport below;
  private boolean holding;
  private int arrived;
  private int released;

  HeldWelcomes(Transport below) {
    this.below = below;
  }

  /** From now on each WELCOME waits until it is released. */
  synchronized void hold() {
    holding = true;
  }

  /** Waits until that many have been held, released ones included. */
  void await(int count) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> arrived() >= count);
  }

  private synchronized int arrived() {
    return arrived;
  }

  /** Lets the first of them go, that many in all. */
  synchronized void release(int count) {
    released = count;
    notifyAll();
  }

  private synchronized void pass() throws IOException {
    if (!holding) {
      return;
    }
    int mine = ++arrived;
    while (mine > released) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    return below.connect(address, timeoutNanos);
  }

  @Override
  public Listener listen(String address) throws IOException {
    Listener listener = below.listen(address);
    return new Listener() {
      @Override
      public String address() {
        return listener.address();
      }

      @Override
      public Link accept() throws IOException {
        return new Held(listener.accept());
      }

      @Override
      public void close() {
        listener.close();
      }
    };
  }

  private final class Held implements Link {
    private final Link link;
    private boolean isWelcomed;

    Held(Link link) {
      this.link = link;
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
      return link.read(dst, timeoutNanos);
    }

    @Override
    public void wakeup() {
      link.wakeup();
    }

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
        throws IOException {
      ByteBuffer first = srcs[offset];
      if (!isWelcomed && first.get(first.position() + Frame.KIND_OFFSET) == Frame.WELCOME) {
        isWelcomed = true;
        pass();
      }
      return link.write(srcs, offset, length, timeoutNanos);
    }

    @Override
    public String remoteAddress() {
      return link.remoteAddress();
    }

    @Override
    public void close() {
      link.close();
    }
  }
}
