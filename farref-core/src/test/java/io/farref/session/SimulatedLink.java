package io.farref.session;

import io.farref.spi.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One end of a simulated TCP connection: bytes arrive late, in pieces and in order, until the
 * connection is cut. Then the bytes under way are lost from some point on, and each end may notice
 * or not. Reading never waits.
 */
final class SimulatedLink implements Link {
  private static final int LONGEST_DELAY = 15;

  private final VirtualTime time;
  private final SplittableRandom random;
  private final ArrayDeque<Byte> arrived = new ArrayDeque<>();
  private final List<Flight> underWay = new ArrayList<>();
  private Runnable onChange = () -> {};
  private SimulatedLink other = this;
  private long last;
  private boolean cut;
  private boolean told;
  private boolean closed;
  private boolean over;

  /** Bytes on their way; fewer arrive if the connection is cut. */
  private static final class Flight {
    private byte[] bytes;

    Flight(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private SimulatedLink(VirtualTime time, SplittableRandom random) {
    this.time = time;
    this.random = random;
  }

  static SimulatedLink[] pair(VirtualTime time, SplittableRandom random) {
    SimulatedLink one = new SimulatedLink(time, random);
    SimulatedLink two = new SimulatedLink(time, random);
    one.other = two;
    two.other = one;
    return new SimulatedLink[] {one, two};
  }

  /** Called when there may be something to read. */
  void onChange(Runnable action) {
    onChange = action;
    time.after(0, action);
  }

  /** Cuts the connection. Each end notices soon, late, or not at all. */
  void cut() {
    for (SimulatedLink end : new SimulatedLink[] {this, other}) {
      if (!end.cut) {
        end.cut = true;
        int arriving = end.underWay.isEmpty() ? 0 : random.nextInt(end.underWay.size() + 1);
        for (int i = 0; i < end.underWay.size(); i++) {
          Flight flight = end.underWay.get(i);
          int size = i < arriving ? flight.bytes.length : 0;
          if (i == arriving) {
            size = random.nextInt(flight.bytes.length + 1);
          }
          flight.bytes = java.util.Arrays.copyOf(flight.bytes, size);
        }
        if (random.nextInt(3) > 0) {
          time.after(random.nextInt(300), end::tell);
        }
      }
    }
  }

  private void tell() {
    told = true;
    onChange.run();
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    int count = 0;
    while (dst.hasRemaining() && !arrived.isEmpty()) {
      dst.put(arrived.remove());
      count++;
    }
    if (count == 0 && told) {
      throw new IOException("connection reset");
    }
    return count == 0 && over ? -1 : count;
  }

  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (told) {
      throw new IOException("broken pipe");
    }
    for (int i = offset; i < offset + length; i++) {
      byte[] bytes = new byte[srcs[i].remaining()];
      srcs[i].get(bytes);
      other.fly(bytes, () -> {});
    }
    return true;
  }

  private void fly(byte[] bytes, Runnable then) {
    if (cut) {
      return;
    }
    Flight flight = new Flight(bytes);
    underWay.add(flight);
    last = Math.max(last, time.now() + random.nextInt(LONGEST_DELAY));
    time.after(
        last - time.now(),
        () -> {
          underWay.remove(flight);
          for (byte each : flight.bytes) {
            arrived.add(each);
          }
          then.run();
          onChange.run();
        });
  }

  @Override
  public void wakeup() {}

  @Override
  public String remoteAddress() {
    return "simulated";
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      other.fly(new byte[0], () -> other.over |= !other.cut);
    }
  }
}
