package io.farref.node.connect;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.exec.WorkerThreads;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.transport.AcceptLoop;
import io.farref.transport.ChannelReadiness;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts the connections of other workers; an error of one does not affect the others. */
public final class Acceptor {
  private static final System.Logger LOG = System.getLogger(Acceptor.class.getPackageName());
  private static final RareLog FAILURES = new RareLog(LOG);
  private static final RareLog REFUSALS = new RareLog(LOG);
  private static final RareLog FLOODS = new RareLog(LOG);

  private final String worker;
  private final Listeners listeners;
  private final Connections connections;
  private final InboundHandshake handshake;
  private final WorkerThreads threads;
  private final int maxConnections;
  private final List<AcceptLoop> loops = new CopyOnWriteArrayList<>();
  private final Set<Link> handshaking = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public Acceptor(
      String worker,
      Listeners listeners,
      Connections connections,
      InboundHandshake handshake,
      WorkerThreads threads,
      int maxConnections) {
    this.worker = worker;
    this.listeners = listeners;
    this.connections = connections;
    this.handshake = handshake;
    this.threads = threads;
    this.maxConnections = maxConnections;
  }

  public void start() {
    threads.call(this::prepare);
    for (Listeners.Listener listener : listeners.all()) {
      AcceptLoop loop =
          new AcceptLoop(listener.below(), "worker " + worker, link -> greet(link, listener), LOG);
      loops.add(loop);
      threads.platform("accept-" + listener.scheme(), loop).start();
    }
  }

  private void prepare() {
    try {
      ChannelReadiness.prepare(); // for the threads that shake hands
    } catch (IOException e) {
      FAILURES.warn("worker " + worker + " may be unable to accept a connection", e);
    }
  }

  public void close() {
    closed = true;
    loops.forEach(AcceptLoop::stop);
    listeners.close();
    handshaking.forEach(Link::close);
  }

  private void greet(Link link, Listeners.Listener listener) {
    if (!admit(link)) {
      return;
    }
    try {
      threads.call(() -> shakeHands(link, listener));
    } catch (RuntimeException | Error e) { // no thread can be started
      handshaking.remove(link);
      link.close();
      throw e;
    }
  }

  /** Synchronized, because the limit counts the links of all listeners. */
  private synchronized boolean admit(Link link) {
    if (connections.count() + handshaking.size() >= maxConnections) {
      FLOODS.warnBriefly(
          "worker " + worker + " refuses a connection from " + link.remoteAddress(),
          "it has " + maxConnections + ", the limit maxConnections");
      link.close();
      return false;
    }
    handshaking.add(link);
    return true;
  }

  private void shakeHands(Link link, Listeners.Listener listener) {
    boolean served = false;
    try {
      long end = System.nanoTime() + Dialer.TIMEOUT;
      Route route = listener.route(link, Dialer.TIMEOUT);
      handshake.accept(route, end - System.nanoTime());
      served = true;
    } catch (EOFException e) {
      // A joining worker checks in this way whether somebody listens at an address.
      LOG.log(Level.DEBUG, "worker {0}: {1}", worker, FailureText.of(e));
    } catch (IOException | MalformedException | RefusedException e) {
      if (!closed) {
        String why = FailureText.of(e);
        LOG.log(Level.DEBUG, "worker {0} refused {1}: {2}", worker, link.remoteAddress(), why);
        REFUSALS.warnBriefly(
            "worker " + worker + " refused a connection from " + link.remoteAddress(), why);
      }
    } catch (RuntimeException | Error e) {
      FAILURES.warn(
          "worker " + worker + " failed in the handshake with " + link.remoteAddress(), e);
    } finally {
      handshaking.remove(link);
      if (!served) {
        link.close();
      }
    }
  }
}
