package io.farref.transport;

import io.farref.observe.FailureText;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.time.Expiry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** TCP, without delay of small writes. Addresses are {@code host:port}. Thread-safe. */
public final class TcpTransport implements Transport {
  private static final String SCHEME = "tcp";

  /** How many connections may wait to be accepted; the kernel may allow fewer. */
  private static final int BACKLOG = 1024;

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Listener listen(String address) throws IOException {
    TcpAddress wanted = TcpAddress.parse(address);
    InetAddress host = resolve(wanted)[0];
    ServerSocketChannel server = ServerSocketChannel.open();
    boolean listens = false;
    try {
      server.bind(new InetSocketAddress(host, wanted.port()), BACKLOG);
      var bound = (InetSocketAddress) server.getLocalAddress();
      Listener listener =
          new SocketListener(
              server, SCHEME, wanted.reachable(bound).toString(), TcpTransport::accepted);
      listens = true;
      return listener;
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + FailureText.of(e), e);
    } finally {
      if (!listens) {
        server.close();
      }
    }
  }

  @Override
  public Link connect(String address, long timeoutNanos) throws IOException {
    TcpAddress target = TcpAddress.parse(address);
    Expiry deadline = Expiry.in(timeoutNanos);
    IOException failure = null;
    for (InetAddress host : resolve(target)) {
      try {
        return connect(new InetSocketAddress(host, target.port()), target, deadline);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure instanceof SocketTimeoutException) {
      throw failure;
    }
    if (failure != null && FailureText.isShortage(failure)) { // which says nothing about the host
      throw new IOException(
          "cannot connect to " + address + ": " + FailureText.of(failure), failure);
    }
    String reason = failure == null ? "the host has no address" : failure.getMessage();
    var refused = new ConnectException("cannot connect to " + address + ": " + reason);
    refused.initCause(failure);
    throw refused;
  }

  private static Link connect(InetSocketAddress to, TcpAddress target, Expiry deadline)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    boolean connected = false;
    try {
      channel.configureBlocking(false);
      if (!channel.connect(to)) {
        awaitConnected(channel, target, deadline);
      }
      // A socket may connect to itself if its port is in the range for outgoing connections.
      if (to.equals(channel.getLocalAddress())) {
        throw new ConnectException("nobody listens there");
      }
      Link link = open(channel, target);
      connected = true;
      return link;
    } finally {
      if (!connected) {
        channel.close();
      }
    }
  }

  private static Link accepted(SocketChannel channel) throws IOException {
    var remote = (InetSocketAddress) channel.getRemoteAddress();
    return open(channel, new TcpAddress(remote.getAddress().getHostAddress(), remote.getPort()));
  }

  private static Link open(SocketChannel channel, TcpAddress remote) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // For links on which nothing may be sent for hours: those to the rendezvous store.
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    return new SocketLink(channel, SCHEME, remote.toString());
  }

  private static void awaitConnected(SocketChannel channel, TcpAddress target, Expiry deadline)
      throws IOException {
    boolean interrupted = false;
    try (var connectable = new ChannelReadiness(channel, SelectionKey.OP_CONNECT)) {
      while (!channel.finishConnect()) {
        if (deadline.isOver()) {
          throw new SocketTimeoutException(
              "no answer from " + target + " within " + deadline.timeout());
        }
        interrupted |= Thread.interrupted();
        connectable.await(deadline.left());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  @Override
  public boolean isLocalOnly(String address) {
    return TcpAddress.parse(address).isLoopback();
  }

  private static InetAddress[] resolve(TcpAddress address) throws UnknownHostException {
    try {
      return address.resolve();
    } catch (UnknownHostException e) {
      var unknown = new UnknownHostException("there is no host of the name in " + address);
      unknown.initCause(e);
      throw unknown;
    }
  }
}
