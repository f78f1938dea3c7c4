package io.farref.transport;

import io.farref.observe.FailureText;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Accepts connections over sockets. */
public final class SocketListener implements Transport.Listener {
  private static final Logger LOG = System.getLogger(SocketListener.class.getPackageName());

  private final ServerSocketChannel server;
  private final ChannelReadiness acceptable;
  private final String scheme;
  private final String address;
  private final Opener opener;

  /** Makes a link of an accepted channel. */
  public interface Opener {
    /**
     * Takes over a channel in non-blocking mode.
     *
     * @throws IOException if the channel is broken, or the other side is refused
     */
    Link open(SocketChannel channel) throws IOException;
  }

  /** Takes over a bound channel. */
  public SocketListener(ServerSocketChannel server, String scheme, String address, Opener opener)
      throws IOException {
    server.configureBlocking(false);
    this.server = server;
    this.scheme = scheme;
    this.address = address;
    this.opener = opener;
    this.acceptable = new ChannelReadiness(server, SelectionKey.OP_ACCEPT);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Link accept() throws IOException {
    while (true) {
      SocketChannel channel = server.accept();
      if (channel == null) {
        acceptable.awaitUninterruptibly(-1);
        continue;
      }
      Link link = open(channel);
      if (link != null) {
        return link;
      }
    }
  }

  /** Null if the other side is gone or refused: the listener continues. */
  private @Nullable Link open(SocketChannel channel) throws IOException {
    Link opened = null;
    try {
      channel.configureBlocking(false);
      opened = opener.open(channel);
      return opened;
    } catch (IOException e) {
      if (FailureText.isShortage(e)) {
        throw e;
      }
      LOG.log(Level.DEBUG, () -> this + " drops a connection: " + e.getMessage(), e);
      return null;
    } finally {
      if (opened == null) {
        channel.close();
      }
    }
  }

  @Override
  public void close() {
    try (acceptable) {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop listening on " + address, e);
    }
  }

  @Override
  public String toString() {
    return "listener on " + scheme + " " + address;
  }
}
