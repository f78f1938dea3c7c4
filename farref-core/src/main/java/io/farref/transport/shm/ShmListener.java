package io.farref.transport.shm;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.AcceptQueue;
import io.farref.transport.unix.ProcessUser;
import io.farref.transport.unix.SocketPathLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections through shared memory. The {@link ShmSocketWatcher} runs the handshakes, so a
 * dialer that sends nothing delays no other.
 */
final class ShmListener implements Transport.Listener, ShmSocketWatcher.Handler {
  private static final Logger LOG = System.getLogger(ShmListener.class.getPackageName());
  private static final RareLog FAILURES = new RareLog(LOG);

  /** How many dialers may be in their handshake; if there are more, the oldest is dropped. */
  private static final int MAX_SILENT = 256;

  private final ServerSocketChannel server;
  private final SocketPathLock file;
  private final String address;
  private final AcceptQueue accepted = new AcceptQueue();

  @GuardedBy("this")
  private final LinkedHashSet<Arrival> silent = new LinkedHashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /** Takes over a bound channel and the right to its path. */
  ShmListener(ServerSocketChannel server, SocketPathLock file, String address) throws IOException {
    server.configureBlocking(false);
    this.server = server;
    this.file = file;
    this.address = address;
    ShmSocketWatcher.watch(server, SelectionKey.OP_ACCEPT, this);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Link accept() throws IOException {
    return accepted.take();
  }

  /** Called by the watcher when a dialer connects. */
  @Override
  public boolean ready() throws IOException {
    SocketChannel channel;
    try {
      channel = server.accept();
    } catch (ClosedChannelException e) {
      return false;
    }
    if (channel != null) {
      boolean arrived = false;
      try {
        channel.configureBlocking(false);
        arrive(new Arrival(channel));
        arrived = true;
      } finally {
        if (!arrived) {
          channel.close();
        }
      }
    }
    return true;
  }

  @Override
  public boolean failed(Throwable cause) {
    FAILURES.warn("cannot accept a connection on " + address, cause);
    return true;
  }

  private void arrive(Arrival arrival) throws IOException {
    synchronized (this) {
      if (closed) {
        arrival.close();
        return;
      }
      if (silent.size() == MAX_SILENT) {
        Iterator<Arrival> oldest = silent.iterator();
        oldest.next().close();
        oldest.remove();
      }
      silent.add(arrival);
    }
    ShmSocketWatcher.watch(arrival.channel, SelectionKey.OP_READ, arrival);
  }

  private void done(Arrival arrival, @Nullable ShmLink link) {
    synchronized (this) {
      silent.remove(arrival);
    }
    if (link != null && !accepted.offer(link)) {
      link.close();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      silent.forEach(Arrival::close);
      silent.clear();
    }
    accepted.close();
    try (file) {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop listening on " + address, e);
    } finally {
      ShmSocketWatcher.forgetClosed();
    }
  }

  @Override
  public String toString() {
    return "listener on shm " + address;
  }

  /** A dialer that has not yet sent its {@link ShmHello}. */
  private final class Arrival implements ShmSocketWatcher.Handler {
    private final SocketChannel channel;
    private final ByteBuffer hello = ByteBuffer.allocate(ShmHello.SIZE);

    Arrival(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public boolean ready() {
      try {
        if (channel.read(hello) < 0) {
          throw new IOException("the dialer hung up");
        }
        if (hello.hasRemaining()) {
          return true;
        }
        done(this, open());
        return true;
      } catch (IOException | RuntimeException | Error e) { // this C library may lack something
        LOG.log(Level.DEBUG, () -> ShmListener.this + " refuses a connection", e);
        if (FailureText.isShortage(e)) {
          FAILURES.warn("cannot serve a connection on " + address, e);
        }
        refuse(FailureText.of(e));
        close();
        done(this, null);
        return false;
      }
    }

    @Override
    public boolean failed(Throwable cause) {
      FAILURES.warn("cannot serve a connection on " + address, cause);
      close();
      done(this, null);
      return false;
    }

    private ShmLink open() throws IOException {
      ProcessUser.get().checkPeer(channel, address);
      ShmHello announced = ShmHello.decode(hello.flip());
      SharedMemory memory =
          SharedMemory.open(
              announced.pid(), announced.fd(), announced.capacity(), announced.token());
      boolean opened = false;
      try {
        channel.write(ByteBuffer.wrap(new byte[] {ShmHello.ACCEPTED}));
        ShmLink link = new ShmLink(memory, 1, channel, "process " + announced.pid());
        opened = true;
        return link;
      } finally {
        if (!opened) {
          memory.release();
        }
      }
    }

    private void refuse(String reason) {
      byte[] text = reason.getBytes(StandardCharsets.UTF_8);
      ByteBuffer answer = ByteBuffer.allocate(ShmHello.MAX_REASON);
      answer.put(ShmHello.REFUSED);
      answer.put(text, 0, Math.min(text.length, answer.remaining()));
      try {
        channel.write(answer.flip());
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the dialer has left before it could be refused", e);
      }
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the socket of a dialer stays open", e);
      }
    }
  }
}
