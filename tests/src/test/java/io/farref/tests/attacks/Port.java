package io.farref.tests.attacks;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records where another transport listens and what is written on the links that it dials. */
final class Port implements Transport {
  private final Transport below;

  /** Where its listeners listen, in the order in which they began. */
  final List<String> addresses = new CopyOnWriteArrayList<>();

  /** What was written on each connection that was dialed. */
  final List<Tape> tapes = new CopyOnWriteArrayList<>();

  Port(Transport below) {
    this.below = below;
  }

  /** Connects to a listener, as any process can. */
  static Socket attack(String address) throws IOException {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return socket;
  }

  /** Whether the other side has closed the connection; discards the bytes that came before. */
  static boolean hasHungUp(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    byte[] dump = new byte[1 << 12];
    try {
      int count;
      do {
        count = socket.getInputStream().read(dump);
      } while (count > 0);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Override
  public String scheme() {
    return below.scheme();
  }

  @Override
  public boolean isResumable() {
    return below.isResumable();
  }

  @Override
  public boolean isLocalOnly(String address) {
    return below.isLocalOnly(address);
  }

  @Override
  public Listener listen(String address) throws IOException {
    Listener listener = below.listen(address);
    addresses.add(listener.address());
    return listener;
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    Tape tape = new Tape(address, below.connect(address, timeoutNanos));
    tapes.add(tape);
    return tape;
  }

  /** A link that records each write. */
  static final class Tape implements Link {
    private final Link link;
    private final List<byte[]> written = new ArrayList<>();
    final String address;

    Tape(String address, Link link) {
      this.address = address;
      this.link = link;
    }

    /** How often it was written to. */
    synchronized int wrote() {
      return written.size();
    }

    synchronized byte[] write(int number) {
      return written.get(number);
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
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      for (int i = offset; i < offset + length; i++) {
        byte[] bytes = new byte[srcs[i].remaining()];
        srcs[i].duplicate().get(bytes);
        copy.writeBytes(bytes);
      }
      synchronized (this) {
        written.add(copy.toByteArray());
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
