package io.farref.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Connections within this JVM. Each instance has its own addresses: only listeners of the same
 * instance can be reached. Addresses are {@code inproc:NAME}, where the prefix may be left out; a
 * name that is empty or ends in {@code :0} gets a free number. Thread-safe.
 */
public final class InProcessTransport implements Transport {
  private static final String PREFIX = "inproc:";

  /** How many bytes each direction of a connection holds before the writer waits. */
  private static final int CAPACITY = 256 << 10;

  private final int capacity;

  /** By name. */
  @GuardedBy("itself")
  private final Map<String, InProcessListener> listeners = new HashMap<>();

  @GuardedBy("listeners")
  private int lastNumber;

  /** Makes a transport without listeners. */
  public InProcessTransport() {
    this(CAPACITY);
  }

  /** Makes a transport whose connections hold at most {@code capacity} bytes in each direction. */
  public InProcessTransport(int capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("capacity must be positive, not " + capacity);
    }
    this.capacity = capacity;
  }

  /** Makes the two ends of a new connection, without a listener. */
  public static Link[] pair() {
    return pair("self", "self", CAPACITY);
  }

  private static Link[] pair(String first, String second, int capacity) {
    BytePipe there = new BytePipe(capacity);
    BytePipe back = new BytePipe(capacity);
    return new Link[] {
      new InProcessLink(back, there, PREFIX + second),
      new InProcessLink(there, back, PREFIX + first)
    };
  }

  @Override
  public String scheme() {
    return "inproc";
  }

  @Override
  public Listener listen(String address) throws IOException {
    synchronized (listeners) {
      String name = free(nameOf(address));
      var listener = new InProcessListener(name);
      if (listeners.putIfAbsent(name, listener) != null) {
        throw new BindException("another listener already uses " + PREFIX + name);
      }
      return listener;
    }
  }

  @GuardedBy("listeners")
  private String free(String wanted) {
    if (!wanted.isEmpty() && !wanted.endsWith(":0")) {
      return wanted;
    }
    String stem = wanted.isEmpty() ? "" : wanted.substring(0, wanted.length() - 1);
    String name;
    do {
      name = stem + ++lastNumber;
    } while (listeners.containsKey(name));
    return name;
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    String name = nameOf(address);
    InProcessListener listener;
    synchronized (listeners) {
      listener = listeners.get(name);
      if (listener == null) {
        throw new ConnectException(
            "nobody listens on "
                + PREFIX
                + name
                + "; there are "
                + new TreeSet<>(listeners.keySet()));
      }
    }
    Link[] ends = pair("client-of-" + name, name, capacity);
    listener.offer(ends[1]);
    return ends[0];
  }

  @Override
  public boolean isLocalOnly(String address) {
    return true;
  }

  private static String nameOf(String address) {
    return address.startsWith(PREFIX) ? address.substring(PREFIX.length()) : address;
  }

  private void remove(InProcessListener listener) {
    synchronized (listeners) {
      listeners.remove(listener.name, listener);
    }
  }

  private final class InProcessListener implements Listener {
    private final String name;
    private final AcceptQueue waiting = new AcceptQueue();

    InProcessListener(String name) {
      this.name = name;
    }

    @Override
    public String address() {
      return PREFIX + name;
    }

    void offer(Link link) throws ConnectException {
      if (!waiting.offer(link)) {
        throw new ConnectException("nobody listens on " + PREFIX + name + " any more");
      }
    }

    @Override
    public Link accept() throws IOException {
      return waiting.take();
    }

    @Override
    public void close() {
      remove(this);
      waiting.close();
    }

    @Override
    public String toString() {
      return "listener on " + address();
    }
  }

  /** One end of a connection: reads one pipe and writes the other. */
  private record InProcessLink(BytePipe in, BytePipe out, String remoteAddress) implements Link {
    @Override
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
      return in.read(dst, timeoutNanos);
    }

    @Override
    public void wakeup() {
      in.wakeup();
    }

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
        throws IOException {
      Objects.checkFromIndexSize(offset, length, srcs.length);
      boolean all = true;
      for (int i = offset; all && i < offset + length; i++) {
        all = out.write(srcs[i], timeoutNanos);
      }
      return all;
    }

    @Override
    public void close() {
      out.closeWriter();
      in.closeReader();
    }

    @Override
    public String toString() {
      return "link to " + remoteAddress;
    }
  }
}
