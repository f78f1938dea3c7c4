package io.farref.transport;

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

/** Accepts TCP connections. */
final class TcpListener implements Transport.Listener {
  private static final Logger LOG = System.getLogger("io.farref.transport");

  private final ServerSocketChannel server;
  private final Readiness acceptable;
  private final String address;

  /** Takes over a bound channel. */
  TcpListener(ServerSocketChannel server, String address) throws IOException {
    server.configureBlocking(false);
    this.server = server;
    this.address = address;
    this.acceptable = new Readiness(server, SelectionKey.OP_ACCEPT);
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
        acceptable.awaitUninterruptibly();
        continue;
      }
      Link link = open(channel);
      if (link != null) {
        return link;
      }
    }
  }

  /** Null if the other side is gone already: that is its loss, not the listener's. */
  private static @Nullable Link open(SocketChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
      return new TcpLink(channel, TcpLink.peerOf(channel));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a connection broke while it was accepted", e);
      channel.close();
      return null;
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
    return "listener on tcp " + address;
  }
}
