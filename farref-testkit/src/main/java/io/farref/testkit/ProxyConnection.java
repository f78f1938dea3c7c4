package io.farref.testkit;

import io.farref.testkit.TcpFaultProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One connection through a proxy: the dialer, the target, and the bytes between them. */
final class ProxyConnection {
  private static final System.Logger LOG = System.getLogger(ProxyConnection.class.getPackageName());

  private final ProxyLoop loop;
  private final Consumer<ProxyConnection> onEnd;
  private final ProxyFlow forth;
  private final ProxyFlow back;
  private final SocketChannel dialer;
  private final SocketChannel target;
  private final SelectionKey dialerKey;
  private final ByteBuffer drain = ByteBuffer.allocate(1 << 16);
  private @Nullable SelectionKey targetKey;
  private boolean swallowed;
  private boolean ended;

  ProxyConnection(
      ProxyLoop loop,
      ProxyFaults faults,
      RandomGenerator random,
      SocketChannel dialer,
      Consumer<ProxyConnection> onEnd)
      throws IOException {
    this.loop = loop;
    this.onEnd = onEnd;
    this.dialer = dialer;
    target = SocketChannel.open();
    double share = random.nextDouble();
    forth =
        new ProxyFlow(
            loop, faults, Direction.TO_TARGET, dialer, target, share, random.nextLong(), this);
    back =
        new ProxyFlow(
            loop, faults, Direction.TO_DIALER, target, dialer, share, random.nextLong(), this);
    prepare(dialer);
    prepare(target);
    dialerKey = loop.register(dialer, 0, _ -> review());
  }

  private static void prepare(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  void connect(InetSocketAddress address) {
    guarded(
        () -> {
          boolean connected = target.connect(address);
          targetKey =
              loop.register(
                  target,
                  SelectionKey.OP_CONNECT,
                  key -> {
                    if (key.isConnectable()) {
                      guarded(target::finishConnect);
                    }
                    review();
                  });
          if (connected) {
            review();
          }
        });
  }

  /** Moves the bytes that can be moved, and sets what to wait for. */
  void review() {
    guarded(
        () -> {
          if (swallowed) {
            swallowAll(dialer);
            swallowAll(target);
          } else if (target.isConnected()) {
            forth.move();
            back.move();
          }
          if (ended) {
            return;
          }
          if (forth.isOver() && back.isOver()) {
            close(false);
            return;
          }
          wish();
        });
  }

  private void wish() {
    if (swallowed) {
      dialerKey.interestOps(SelectionKey.OP_READ);
      if (targetKey != null && target.isConnected()) {
        targetKey.interestOps(SelectionKey.OP_READ);
      }
    } else if (targetKey != null && target.isConnected()) {
      dialerKey.interestOps(forth.readInterest() | back.writeInterest());
      targetKey.interestOps(back.readInterest() | forth.writeInterest());
    }
  }

  private void swallowAll(SocketChannel from) throws IOException {
    if (from.isConnected()) {
      int count;
      do {
        count = from.read(drain.clear());
      } while (count > 0);
      if (count < 0) {
        close(true);
      }
    }
  }

  void swallow() {
    swallowed = true;
    review();
  }

  void resetIfSwallowed() {
    if (swallowed) {
      reset();
    }
  }

  void reset() {
    close(true);
  }

  /** Ends both directions in order, after the bytes that have been forwarded so far. */
  void hangUp() {
    guarded(
        () -> {
          swallowAll(dialer); // otherwise closing would reset it
          swallowAll(target);
          close(false);
        });
  }

  private void close(boolean abruptly) {
    if (ended) {
      return;
    }
    ended = true;
    for (SocketChannel each : new SocketChannel[] {dialer, target}) {
      try {
        if (abruptly && each.isConnected()) {
          each.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "its other side was faster", e);
      }
      try {
        each.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "closed, with a complaint", e);
      }
    }
    onEnd.accept(this);
  }

  /** When one side fails, resets the other. */
  private void guarded(ProxyLoop.Task task) {
    if (ended) {
      return;
    }
    try {
      task.run();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a connection through the proxy broke", e);
      close(true);
    }
  }

  @Override
  public String toString() {
    return "connection from " + dialer + " to " + target;
  }
}
