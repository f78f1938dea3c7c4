package io.farref.transport.unix;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.time.Expiry;
import io.farref.transport.SocketLink;
import io.farref.transport.SocketListener;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Unix domain sockets, between processes of one user on one machine. An address is the path of the
 * socket's file, in a directory that only this user can enter and that is created if need be; an
 * empty address, or one that ends in {@code :0}, picks a free path. Both sides ask the kernel which
 * user is at the other end. Thread-safe.
 */
public final class UnixTransport implements Transport {
  private static final String SCHEME = "unix";

  /**
   * How many bytes may be sent and not yet read. The default of the kernel is a fifth of this; it
   * halves the throughput of a payload of 64 MiB.
   */
  private static final int SEND_BUFFER = 1 << 20;

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Listener listen(String address) throws IOException {
    return UnixSockets.listen(SCHEME, address, UnixTransport::open);
  }

  private static Listener open(ServerSocketChannel server, SocketPathLock file, String path)
      throws IOException {
    return new UnixListener(
        new SocketListener(server, SCHEME, path, channel -> openAccepted(channel, path)), file);
  }

  private static Link openAccepted(SocketChannel channel, String path) throws IOException {
    ProcessUser.get().checkPeer(channel, path);
    return link(channel, path);
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    SocketChannel channel = UnixSockets.connect(address, Expiry.in(timeoutNanos));
    boolean opened = false;
    try {
      Link link = link(channel, address);
      opened = true;
      return link;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  private static Link link(SocketChannel channel, String path) throws IOException {
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    return new SocketLink(channel, SCHEME, path);
  }

  @Override
  public boolean isLocalOnly(String address) {
    return true;
  }

  /** A listening socket, and the right to its path. */
  private record UnixListener(SocketListener socket, SocketPathLock file) implements Listener {
    @Override
    public String address() {
      return socket.address();
    }

    @Override
    public Link accept() throws IOException {
      return socket.accept();
    }

    @Override
    public void close() {
      try (file) {
        socket.close();
      }
    }

    @Override
    public String toString() {
      return socket.toString();
    }
  }
}
