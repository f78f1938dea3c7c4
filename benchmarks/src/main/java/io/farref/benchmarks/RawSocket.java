package io.farref.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The limit: the speed of blocking sockets when nothing is done but to move bytes. A request is two
 * ints to add or, after a negative sign, that many bytes to take; the answer is one int.
 */
final class RawSocket implements AutoCloseable {
  private static final int PUT = -1;
  private static final int REQUEST_BYTES = 12;

  private final SocketChannel channel;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 16);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);

  private RawSocket(SocketChannel channel) {
    this.channel = channel;
  }

  /** Listens there, one thread per connection, and returns where. */
  static SocketAddress serve(SocketAddress address) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(family(address));
    server.bind(address);
    Thread.ofPlatform().daemon().name("raw-accept").start(() -> accept(server));
    return server.getLocalAddress();
  }

  /** Connects to such a server; for one thread. */
  static RawSocket connect(SocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(family(address));
    channel.connect(address);
    noDelay(channel);
    return new RawSocket(channel);
  }

  private static ProtocolFamily family(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress
        ? StandardProtocolFamily.UNIX
        : StandardProtocolFamily.INET;
  }

  private static void noDelay(SocketChannel channel) throws IOException {
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  private static void accept(ServerSocketChannel server) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        noDelay(channel);
        Thread.ofPlatform().daemon().name("raw-answer").start(() -> answer(channel));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers whatever has arrived in one write. */
  private static void answer(SocketChannel channel) {
    try (channel) {
      ByteBuffer in = ByteBuffer.allocateDirect(1 << 20);
      ByteBuffer out = ByteBuffer.allocateDirect(1 << 20);
      while (channel.read(in) >= 0) {
        in.flip();
        while (in.remaining() >= REQUEST_BYTES) {
          int operation = in.getInt();
          int first = in.getInt();
          int second = in.getInt();
          if (operation == PUT) {
            skip(channel, in, first);
            out.putInt(first);
          } else {
            out.putInt(first + second);
          }
        }
        in.compact();
        writeAll(channel, out.flip());
        out.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void skip(SocketChannel channel, ByteBuffer in, int size) throws IOException {
    int buffered = Math.min(size, in.remaining());
    in.position(in.position() + buffered);
    for (int left = size - buffered; left > 0; ) {
      int count = channel.read(in.clear().limit(Math.min(left, in.capacity())));
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
      in.flip().position(count);
    }
  }

  private static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private int answer() throws IOException {
    in.clear();
    while (in.position() < Integer.BYTES) {
      if (channel.read(in) < 0) {
        throw new EOFException();
      }
    }
    return in.getInt(0);
  }

  /** One round trip. */
  int add(int a, int b) throws IOException {
    writeAll(channel, out.clear().putInt(0).putInt(a).putInt(b).flip());
    return answer();
  }

  /** Keeps n requests in flight for so long, as many to a write as can be; returns their number. */
  long pipelined(int n, long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long sent = 0;
    long received = 0;
    in.clear();
    while (true) {
      boolean more = System.nanoTime() < end;
      out.clear();
      for (; more && sent - received < n && out.remaining() >= REQUEST_BYTES; sent++) {
        out.putInt(0).putInt((int) sent).putInt(7);
      }
      writeAll(channel, out.flip());
      if (sent == received) {
        return received;
      }
      if (channel.read(in) < 0) {
        throw new EOFException();
      }
      for (in.flip(); in.remaining() >= Integer.BYTES; received++) {
        Check.equal(in.getInt(), (int) received + 7);
      }
      in.compact();
    }
  }

  /** Sends a direct buffer and waits until all of it was taken. */
  void put(ByteBuffer payload) throws IOException {
    int size = payload.capacity();
    writeAll(channel, out.clear().putInt(PUT).putInt(size).putInt(0).flip());
    writeAll(channel, payload.clear());
    Check.equal(answer(), size);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
