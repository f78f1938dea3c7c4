package io.farref.transport;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.time.Expiry;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Unix domain sockets, between processes of one user on one machine. An address is the path of the
 * socket's file, in a directory that only this user can enter and that is made if need be; an empty
 * one, or one that ends in {@code :0}, picks a path that is free. Both sides ask the kernel who is
 * at the other end. Thread-safe.
 */
public final class UnixTransport implements Transport {
  private static final String SCHEME = "unix";

  /**
   * How much may be under way unread. The kernel's own measure, a fifth, halves what a payload of
   * 64 MiB gets through.
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

  private static Listener open(ServerSocketChannel server, SocketFile file, String path)
      throws IOException {
    return new UnixListener(
        new SocketListener(server, SCHEME, path, channel -> openAccepted(channel, path)), file);
  }

  private static Link openAccepted(SocketChannel channel, String path) throws IOException {
    OwnUser.get().checkPeer(channel, path);
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

  /** The socket, and the right to its path. */
  private record UnixListener(SocketListener socket, SocketFile file) implements Listener {
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
