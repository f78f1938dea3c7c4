package io.farref.transport.unix;

import io.farref.spi.Transport;
import io.farref.time.Expiry;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
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
 * Listens and connects on Unix domain sockets, between the processes of one user on one machine. An
 * address is the path of a socket's file, in a directory that only this user can enter and that is
 * created if need be; an empty address, or one that ends in {@code :0}, picks a free path. Both
 * sides must check the user at the other end ({@link ProcessUser#checkPeer}).
 */
public final class UnixSockets {

  /** How many connections may wait to be accepted; the kernel may allow fewer. */
  private static final int BACKLOG = 1024;

  /** Linux allows 107 bytes, of which the JDK leaves one unused. */
  private static final int MAX_PATH = 106;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private UnixSockets() {}

  /** Makes a listener from a socket that listens. */
  public interface Opener {
    /** Takes over a bound channel and the right to its path. */
    Transport.Listener open(ServerSocketChannel server, SocketPathLock file, String address)
        throws IOException;
  }

  /** Listens at an address; free paths of different transports differ by their {@code scheme}. */
  public static Transport.Listener listen(String scheme, String address, Opener opener)
      throws IOException {
    try {
      return address.isEmpty() || address.endsWith(":0")
          ? listenSomewhere(scheme, opener)
          : listenAt(parse(address), opener);
    } catch (BindException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private static Transport.Listener listenSomewhere(String scheme, Opener opener)
      throws IOException {
    while (true) {
      try {
        return listenAt(LocalAddress.free(scheme), opener);
      } catch (BindException e) {
        // The next free path is another one.
      }
    }
  }

  private static Transport.Listener listenAt(Path path, Opener opener) throws IOException {
    Path directory = directoryOf(path);
    PrivateDirectory.create(directory);
    LocalAddress.sweep(directory);
    SocketPathLock file = SocketPathLock.claim(path);
    boolean listens = false;
    try {
      Transport.Listener listener = listenAt(path, file, opener);
      listens = true;
      return listener;
    } finally {
      if (!listens) {
        file.close();
      }
    }
  }

  private static Transport.Listener listenAt(Path path, SocketPathLock file, Opener opener)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    boolean listens = false;
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Transport.Listener listener = opener.open(server, file, path.toString());
      listens = true;
      return listener;
    } finally {
      if (!listens) {
        server.close();
      }
    }
  }

  /**
   * Connects to an address; the channel is in non-blocking mode.
   *
   * @throws IOException if nobody listens there, the time passes or another user listens there
   */
  public static SocketChannel connect(String address, Expiry deadline) throws IOException {
    Path path = parse(address);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConnectException("nobody listens on " + path);
    }
    PrivateDirectory.check(directoryOf(path));
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      boolean connected = false;
      try {
        channel.configureBlocking(false);
        if (channel.connect(UnixDomainSocketAddress.of(path))) {
          ProcessUser.get().checkPeer(channel, path.toString());
          connected = true;
          return channel;
        }
      } catch (ConnectException e) {
        throw refused(path, e);
      } finally {
        if (!connected) {
          channel.close();
        }
      }
      awaitBacklog(path, deadline);
    }
  }

  private static ConnectException refused(Path path, IOException cause) {
    var e = new ConnectException("nobody listens on " + path + ": " + cause.getMessage());
    e.initCause(cause);
    return e;
  }

  /**
   * Waits a little, because the backlog of the listener is full. The kernel does not tell when
   * there is space again, and a selector says at once that the channel is connected.
   */
  private static void awaitBacklog(Path path, Expiry deadline) throws IOException {
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

  private static Path directoryOf(Path path) {
    return path.resolveSibling("");
  }

  private static Path parse(String address) throws IOException {
    Path path = Path.of(address).normalize();
    if (!path.isAbsolute() || path.getNameCount() < 2) {
      throw new IllegalArgumentException(
          "'"
              + address
              + "' is not an address of a Unix domain socket: that is an absolute path, such as"
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
}
