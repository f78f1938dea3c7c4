package io.farref.transport;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Unix domain sockets, between processes of one user on one machine. An address is the path of the
 * socket's file, in a directory that only this user can enter and that is made if need be; an empty
 * one, or one that ends in {@code :0}, picks a path that is free. Both sides ask the kernel who is
 * at the other end. Thread-safe.
 */
public final class UnixTransport implements Transport {
  private static final String SCHEME = "unix";

  /** How many connections may wait to be accepted; the kernel may allow fewer. */
  private static final int BACKLOG = 1024;

  /**
   * How much may be under way unread. The kernel's own measure, a fifth, halves what a payload of
   * 64 MiB gets through.
   */
  private static final int SEND_BUFFER = 1 << 20;

  /** Linux has room for 107 bytes, of which the JDK leaves one unused. */
  private static final int MAX_PATH = 106;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Listener listen(String address) throws IOException {
    try {
      return address.isEmpty() || address.endsWith(":0")
          ? listenSomewhere()
          : listenAt(parse(address));
    } catch (BindException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private static Listener listenSomewhere() throws IOException {
    while (true) {
      try {
        return listenAt(LocalAddress.free(SCHEME));
      } catch (BindException e) {
        // The next is another one.
      }
    }
  }

  private static Listener listenAt(Path path) throws IOException {
    Path directory = directoryOf(path);
    PrivateDirectory.create(directory);
    LocalAddress.sweep(directory);
    SocketFile file = SocketFile.claim(path);
    boolean listens = false;
    try {
      Listener listener = listenAt(path, file);
      listens = true;
      return listener;
    } finally {
      if (!listens) {
        file.close();
      }
    }
  }

  private static Listener listenAt(Path path, SocketFile file) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      return new UnixListener(
          new SocketListener(
              server, SCHEME, path.toString(), channel -> open(channel, path.toString())),
          file);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    Path path = parse(address);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConnectException("nobody listens on " + path);
    }
    PrivateDirectory.check(directoryOf(path));
    Deadline deadline = Deadline.in(timeoutNanos);
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      boolean connected = false;
      try {
        channel.configureBlocking(false);
        if (channel.connect(UnixDomainSocketAddress.of(path))) {
          Link link = open(channel, path.toString());
          connected = true;
          return link;
        }
      } catch (ConnectException e) {
        throw refused(path, e);
      } finally {
        if (!connected) {
          channel.close();
        }
      }
      awaitRoom(path, deadline);
    }
  }

  private static ConnectException refused(Path path, IOException cause) {
    var e = new ConnectException("nobody listens on " + path + ": " + cause.getMessage());
    e.initCause(cause);
    return e;
  }

  /**
   * So many connections wait to be accepted that this one was refused. The kernel does not tell
   * when there is room, though a selector says at once that the channel is connected.
   */
  private static void awaitRoom(Path path, Deadline deadline) throws IOException {
    if (deadline.isOver()) {
      throw new SocketTimeoutException(
          "no connection to " + path + " was accepted within " + deadline.timeout());
    }
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(RETRY_NANOS);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Link open(SocketChannel channel, String path) throws IOException {
    OwnUser.get().checkPeer(channel, path);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    return new SocketLink(channel, SCHEME, path);
  }

  @Override
  public boolean isLocalOnly(String address) {
    return true;
  }

  private static Path directoryOf(Path path) {
    return path.resolveSibling("");
  }

  private static Path parse(String address) throws IOException {
    Path path = Path.of(address);
    if (!path.isAbsolute() || path.getNameCount() < 2) {
      throw new IllegalArgumentException(
          "'"
              + address
              + "' is no address of a Unix domain socket: that is an absolute path, such as"
              + " /run/user/1000/mine/worker.unix");
    }
    int length = address.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH) {
      throw new IOException(
          "the path of a Unix domain socket may have "
              + MAX_PATH
              + " bytes, this one has "
              + length
              + ": "
              + address);
    }
    return path;
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
