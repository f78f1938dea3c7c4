package io.farref.group;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hosts a store on a port. One thread does everything, so that the store needs no lock and no user
 * can hold up another. Thread-safe.
 */
final class StoreServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("io.farref.group");
  private static final long FAREWELL_NANOS = 500_000_000;
  private static final long IDLE_MILLIS = 1000;
  private static final int MAX_REFUSALS = 8;

  private final InetSocketAddress address;
  private final Optional<String> secret;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Thread thread;
  private final ArrayDeque<String> refusals = new ArrayDeque<>();
  private volatile boolean closing;

  // Of the server's thread only.
  private final StoreData data = new StoreData();
  private final List<StoreConnection> connections = new ArrayList<>();
  private long answered;
  private long lastOwner;

  private StoreServer(ServerSocketChannel listener, Selector selector, Optional<String> secret)
      throws IOException {
    this.listener = listener;
    this.selector = selector;
    this.secret = secret;
    this.address = (InetSocketAddress) listener.getLocalAddress();
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("farref-store-host-" + address.getPort())
            .unstarted(this::run);
  }

  /**
   * Starts to host.
   *
   * @throws java.net.BindException if the port is taken
   */
  static StoreServer bind(InetSocketAddress address, Optional<String> secret) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(address, 1024);
      listener.configureBlocking(false);
      Selector selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
      StoreServer server = new StoreServer(listener, selector, secret);
      server.thread.start();
      return server;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Whom this host refused lately and why, oldest first. */
  List<String> refusals() {
    synchronized (refusals) {
      return List.copyOf(refusals);
    }
  }

  /** Says goodbye to all users and frees the port; what the store held is gone. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(untilNextDeadline());
        turn();
      }
      closeListener();
      farewell();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "the host of the store at " + address + " failed", e);
    } finally {
      connections.forEach(StoreConnection::close);
      closeListener();
      try {
        selector.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing the selector of the store at " + address, e);
      }
    }
  }

  private long untilNextDeadline() {
    long now = System.nanoTime();
    long nearest = IDLE_MILLIS * 1_000_000;
    for (StoreConnection connection : connections) {
      nearest = Math.min(nearest, connection.untilDeadline(now));
    }
    return Math.max(1, nearest / 1_000_000 + 1);
  }

  private void turn() {
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid()) {
        if (key.attachment() instanceof StoreConnection connection) {
          serve(connection, key);
        } else {
          accept();
        }
      }
    }
    selector.selectedKeys().clear();
    long now = System.nanoTime();
    for (StoreConnection connection : connections) {
      connection.expire(now);
    }
    endClosed();
    // Ending a connection removes its keys, so users are told of changes last, once for all of
    // them.
    if (data.revision() != answered) {
      answered = data.revision();
      connections.forEach(StoreConnection::answerAwaits);
      endClosed();
    }
  }

  private void serve(StoreConnection connection, SelectionKey key) {
    try {
      if (key.isReadable()) {
        connection.read();
      }
      if (key.isValid() && key.isWritable()) {
        connection.flush();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the store at " + address + " drops " + connection, e);
      connection.close();
    }
  }

  private void accept() {
    try {
      SocketChannel channel = listener.accept();
      if (channel == null) {
        return;
      }
      if (connections.size() >= StoreProtocol.MAX_CONNECTIONS) {
        refused(
            channel.getRemoteAddress()
                + ": more than "
                + StoreProtocol.MAX_CONNECTIONS
                + " connections");
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      lastOwner++;
      connections.add(
          new StoreConnection(this, channel, selector, secret, Long.toString(lastOwner)));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a connection to the store at " + address + " ended at once", e);
    }
  }

  private void endClosed() {
    connections.removeIf(
        connection -> {
          if (connection.isClosed()) {
            data.removeOwner(connection.owner());
            return true;
          }
          return false;
        });
  }

  StoreData data() {
    return data;
  }

  void refused(String whomAndWhy) {
    LOG.log(Level.WARNING, "the store at " + address + " refused " + whomAndWhy);
    synchronized (refusals) {
      if (refusals.size() == MAX_REFUSALS) {
        refusals.removeFirst();
      }
      refusals.addLast(whomAndWhy);
    }
  }

  private void farewell() throws IOException {
    // Whoever waits for a change that was just made learns of it first.
    turn();
    connections.forEach(StoreConnection::sayGoodbye);
    long deadline = System.nanoTime() + FAREWELL_NANOS;
    while (connections.stream().anyMatch(StoreConnection::hasBacklog)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return;
      }
      selector.select(Math.max(1, left / 1_000_000));
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.isValid()
            && key.isWritable()
            && key.attachment() instanceof StoreConnection connection) {
          connection.flush();
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private void closeListener() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing the port of the store at " + address, e);
    }
  }
}
