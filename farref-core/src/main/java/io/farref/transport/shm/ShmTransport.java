package io.farref.transport.shm;

import io.farref.observe.FailureText;
import io.farref.observe.ForeignText;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.time.Expiry;
import io.farref.transport.ChannelReadiness;
import io.farref.transport.unix.UnixSockets;
import io.farref.transport.unix.UnixTransport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Shared memory, between processes of one user on one Linux machine. An address is the path of a
 * Unix domain socket, through which the two sides exchange the memory; {@link UnixTransport}
 * describes the paths. The socket stays open beside the memory: it shows when the other process is
 * gone. Thread-safe.
 */
public final class ShmTransport implements Transport {
  static final String SCHEME = "shm";

  /** How many bytes each direction of a connection holds before the writer waits. */
  private static final int CAPACITY = 256 << 10;

  private final int capacity;

  /** Makes a transport; check {@link #unavailable} first. */
  public ShmTransport() {
    this(CAPACITY);
  }

  /**
   * Makes a transport whose connections, where it is the dialer, hold {@code capacity} bytes in
   * each direction.
   *
   * @param capacity a power of two from 4 KiB to 256 MiB
   */
  public ShmTransport(int capacity) {
    if (!ShmHello.isCapacity(capacity)) {
      throw new IllegalArgumentException(
          "capacity must be a power of two from %d to %d, not %d"
              .formatted(ShmHello.MIN_CAPACITY, ShmHello.MAX_CAPACITY, capacity));
    }
    this.capacity = capacity;
  }

  /**
   * Why shared memory cannot be used in this JVM, as a message, or null if it can. A process in
   * another container may still be out of reach; then {@link #connect} fails.
   */
  public static @Nullable String unavailable() {
    return SyscallNumbers.obstacle();
  }

  private static void checkAvailable() throws IOException {
    String obstacle = unavailable();
    if (obstacle != null) {
      throw new IOException(obstacle);
    }
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Listener listen(String address) throws IOException {
    checkAvailable();
    return UnixSockets.listen(SCHEME, address, ShmListener::new);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    checkAvailable();
    Expiry deadline = Expiry.in(timeoutNanos);
    SocketChannel channel = UnixSockets.connect(address, deadline);
    boolean connected = false;
    try {
      Link link = connect(channel, address, deadline);
      connected = true;
      return link;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException | LinkageError e) { // this C library may lack something
      throw new IOException(
          "no shared memory with the process at " + address + ": " + FailureText.of(e), e);
    } finally {
      if (!connected) {
        channel.close();
      }
    }
  }

  private Link connect(SocketChannel channel, String address, Expiry deadline) throws IOException {
    byte[] token = new byte[ShmLayout.TOKEN_SIZE];
    new SecureRandom().nextBytes(token);
    SharedMemory.Made made = SharedMemory.make(capacity, token);
    boolean connected = false;
    try {
      var hello = new ShmHello(ProcessHandle.current().pid(), made.fd(), capacity, token);
      channel.write(hello.encode());
      awaitAnswer(channel, address, deadline);
      Link link = new ShmLink(made.memory(), 0, channel, address);
      connected = true;
      return link;
    } finally {
      Syscalls.close(made.fd()); // the acceptor has opened the memory already, or never will
      if (!connected) {
        made.memory().release();
      }
    }
  }

  private static void awaitAnswer(SocketChannel channel, String address, Expiry deadline)
      throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(1);
    boolean interrupted = false;
    try (var readable = new ChannelReadiness(channel, SelectionKey.OP_READ)) {
      while (channel.read(answer) == 0) {
        if (deadline.isOver()) {
          throw new SocketTimeoutException(
              "no answer from " + address + " within " + deadline.timeout());
        }
        interrupted |= Thread.interrupted();
        readable.await(deadline.left());
      }
      if (answer.hasRemaining() || answer.get(0) != ShmHello.ACCEPTED) {
        throw new IOException("it refuses: " + ForeignText.of(reason(channel)));
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The reason that follows a refusal. */
  private static String reason(SocketChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(ShmHello.MAX_REASON);
    return channel.read(text) <= 0
        ? "it hung up"
        : StandardCharsets.UTF_8.decode(text.flip()).toString();
  }

  @Override
  public boolean isLocalOnly(String address) {
    return true;
  }
}
