package io.farref.testkit;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The fixture of {@link TransportContract}. */
abstract class TransportContractBed {
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;

  final List<AutoCloseable> opened = new ArrayList<>();
  private @Nullable Transport transport;

  /** Makes the transport under test; called once in each test. */
  protected abstract Transport transport() throws IOException;

  /** An address at which {@code listen} picks a free address. */
  protected abstract String listenAddress();

  /** A well-formed address where nobody listens. */
  protected abstract String deafAddress() throws IOException;

  /** The size of a large write: more bytes than the transport holds unread. */
  protected int manyBytes() {
    return 24 << 20;
  }

  /** How long a test waits for an event that must happen, before it fails. */
  protected Duration timeout() {
    return Duration.ofSeconds(30);
  }

  /** The least number of bytes that can be written while nobody reads. */
  protected int fewBytes() {
    return 50_000;
  }

  /** The two ends of a connection. */
  record Ends(Link dialer, Link acceptor) {}

  Transport subject() throws IOException {
    if (transport == null) {
      transport = transport();
    }
    return transport;
  }

  Transport.Listener listen() throws IOException {
    return closedLater(subject().listen(listenAddress()));
  }

  Ends connect() throws Exception {
    Transport.Listener listener = listen();
    Background<Link> accepted = inBackground(listener::accept);
    Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
    return new Ends(dialer, closedLater(accepted.result()));
  }

  <T extends AutoCloseable> T closedLater(T resource) {
    opened.add(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    boolean unused = Thread.interrupted();
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  byte[] uncheckedReadFully(Link link, int count) {
    try {
      return readFully(link, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void uncheckedWrite(Link link, ByteBuffer src) {
    try {
      write(link, src);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  <T extends @Nullable Object> Background<T> inBackground(Callable<T> action) {
    return Background.run(timeout(), action);
  }

  Background<Integer> reading(Link link, long timeoutNanos) {
    return inBackground(() -> link.read(ByteBuffer.allocate(1), timeoutNanos));
  }

  Background<?> writing(Link link, ByteBuffer src) {
    return inBackground(
        () -> {
          write(link, src);
          return null;
        });
  }

  static void write(Link link, ByteBuffer src) throws IOException {
    link.write(new ByteBuffer[] {src}, 0, 1);
  }

  byte[] readFully(Link link, int count) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(count);
    long end = System.nanoTime() + timeout().toNanos();
    while (dst.hasRemaining()) {
      long left = end - System.nanoTime();
      if (left <= 0 || link.read(dst, left) < 0) {
        throw new IOException("the stream stopped after " + dst.position() + " of " + count);
      }
    }
    return dst.array();
  }

  static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  static ByteBuffer direct(byte[] source, int offset, int length) {
    return ByteBuffer.allocateDirect(length).put(source, offset, length).flip();
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
