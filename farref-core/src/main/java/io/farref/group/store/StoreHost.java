package io.farref.group.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.AcceptLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Hosts a store on a port. Thread-safe.
 *
 * <p>One thread accepts connections; a virtual thread does the handshake of each, so that a client
 * which has proved nothing costs no more than that. Each user that has proved to be of the group
 * gets a platform thread, which reads its requests and waits on its behalf: functions that compute
 * on virtual threads for a long time may keep those from running, and the group must not lose its
 * store for that. All of them work on one {@link HostedData} under the lock of this object. A user
 * that does not read its answers keeps its own thread waiting and no other, and is dropped after a
 * timeout. {@link StoreLimits} bounds the memory that users can make it use.
 */
final class StoreHost implements AutoCloseable {
  private static final Logger LOG = System.getLogger(StoreHost.class.getPackageName());
  private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FAREWELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int MAX_REFUSALS = 8;

  private final RareLog failures = new RareLog(LOG);
  private final RareLog refused = new RareLog(LOG);
  private final RareLog dropped = new RareLog(LOG);
  private final RareLog removed = new RareLog(LOG);
  private final Transport.Listener listener;
  private final StoreLinks links;
  private final String threadPrefix;
  private final StoreLimits limits;
  private final AcceptLoop accepting;
  private final Thread acceptor;
  private volatile boolean closing;

  @GuardedBy("this")
  private final HostedData data;

  /** The bytes of the answers that the users have not taken yet. */
  @GuardedBy("this")
  private long unread;

  /** Connections whose handshake is under way. */
  @GuardedBy("this")
  private final Set<Link> handshaking = new HashSet<>();

  @GuardedBy("this")
  private final Set<StoreUser> users = new HashSet<>();

  @GuardedBy("this")
  private final ArrayDeque<String> refusals = new ArrayDeque<>();

  @GuardedBy("this")
  private long lastUser;

  /** Prepares to host; {@link #listen} starts. */
  StoreHost(
      Transport.Listener listener, StoreLinks links, String threadPrefix, StoreLimits limits) {
    this.listener = listener;
    this.links = links;
    this.threadPrefix = threadPrefix + "store-";
    this.limits = limits;
    this.data = new HostedData(limits);
    this.accepting = new AcceptLoop(listener, "the store", this::accepted, LOG);
    this.acceptor =
        Thread.ofPlatform()
            .daemon()
            .name(this.threadPrefix + "accept")
            .uncaughtExceptionHandler(this::failed)
            .unstarted(accepting);
  }

  /**
   * Starts to host at an address.
   *
   * @param threadPrefix the prefix of its threads' names
   * @throws IOException if it is not possible there; the cause is a {@link java.net.BindException}
   *     if the port is taken
   */
  static StoreHost listen(String address, StoreLinks links, String threadPrefix, StoreLimits limits)
      throws IOException {
    StoreHost host = new StoreHost(links.listen(address), links, threadPrefix, limits);
    boolean accepts = false;
    try {
      host.acceptor.start();
      accepts = true;
      return host;
    } finally {
      if (!accepts) {
        host.listener.close();
      }
    }
  }

  /** A thread has ended by an error. If nobody accepts any more, nobody may be left waiting. */
  private void failed(Thread thread, Throwable cause) {
    LOG.log(
        Level.ERROR,
        "the store at " + this + ": its thread " + thread.getName() + " failed",
        cause);
    if (thread == acceptor) {
      listener.close();
    }
  }

  /** Which connections this host refused lately and why, oldest first. */
  synchronized List<String> refusals() {
    return List.copyOf(refusals);
  }

  boolean isClosing() {
    return closing;
  }

  StoreLimits limits() {
    return limits;
  }

  /** Reads or changes the store under its lock; wakes the users that wait for a change. */
  synchronized <R> R update(Function<HostedData, R> action) {
    long before = data.data().revision();
    try {
      return action.apply(data);
    } finally {
      if (data.data().revision() != before) {
        users.forEach(StoreUser::changed);
      }
    }
  }

  /** Makes an answer, which counts as unread until {@link #sent}. */
  synchronized Optional<Output> answer(Function<HostedData, Optional<Output>> action) {
    Optional<Output> answer = update(action);
    unread += answer.map(Output::size).orElse(0);
    return answer;
  }

  /** An answer of that size has been read, or never will be. */
  synchronized void sent(int bytes) {
    unread -= bytes;
  }

  synchronized long unread() {
    return unread;
  }

  private void accepted(Link link) {
    if (admit(link)) {
      greet(link);
    }
  }

  private void greet(Link link) {
    boolean begun = false;
    try {
      Thread.ofVirtual()
          .name(threadPrefix + "greet")
          .uncaughtExceptionHandler(this::failed)
          .start(() -> handshake(link));
      begun = true;
    } finally {
      if (!begun) {
        forget(link);
      }
    }
  }

  private void forget(Link link) {
    link.close();
    synchronized (this) {
      handshaking.remove(link);
    }
  }

  private boolean admit(Link link) {
    synchronized (this) {
      if (!closing && handshaking.size() + users.size() < StoreProtocol.MAX_CONNECTIONS) {
        handshaking.add(link);
        return true;
      }
    }
    if (!closing) {
      refused(
          new RefusedException(
              link.remoteAddress()
                  + " was refused: there are "
                  + StoreProtocol.MAX_CONNECTIONS
                  + " connections, the limit",
              Execution.NOT_EXECUTED));
    }
    link.close();
    return false;
  }

  /** Serves a connection whose other end proves to be of the group. */
  void handshake(Link accepted) {
    Link link = accepted;
    boolean served = false;
    try {
      link = links.accept(accepted, HANDSHAKE_NANOS);
      served = serve(link);
    } catch (RefusedException e) {
      refused(e);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a connection to the store at " + this + " ended at once", e);
      if (FailureText.isShortage(e)) {
        failures.warn("the store at " + this + " cannot serve a connection", e);
      }
    } catch (RuntimeException | Error e) {
      failures.warn("the store at " + this + " cannot serve a connection", e);
    } finally {
      if (!served) {
        link.close();
      }
      synchronized (this) {
        handshaking.remove(accepted);
      }
    }
  }

  private void refused(RefusedException why) {
    refused.warn("the store at " + this + " refused a connection", why);
    synchronized (this) {
      if (refusals.size() == MAX_REFUSALS) {
        refusals.removeFirst();
      }
      refusals.addLast(String.valueOf(why.getMessage()));
    }
  }

  private synchronized boolean serve(Link link) {
    if (closing) {
      return false;
    }
    lastUser++;
    StoreUser user = new StoreUser(this, link);
    Thread.ofPlatform()
        .daemon()
        .name(threadPrefix + "user-" + lastUser)
        .uncaughtExceptionHandler(this::failed)
        .start(() -> serve(user));
    users.add(user); // the thread cannot end before: it needs the lock for that
    return true;
  }

  /** How many users are connected. */
  synchronized int userCount() {
    return users.size();
  }

  private void serve(StoreUser user) {
    try {
      user.serve();
    } catch (MalformedException e) {
      dropped.warn(
          "the store at " + this + " drops " + user + ", which sent what makes no sense", e);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the store lost " + user, e);
      if (FailureText.isShortage(e)) {
        failures.warn("the store at " + this + " lost " + user, e);
      }
    } catch (RuntimeException | Error e) {
      failures.warn("the store at " + this + " drops " + user, e);
    } finally {
      try {
        if (!closing) {
          // When the host closes, the others must not be told that this user has left the group.
          leave(user);
        }
      } finally {
        user.close();
        synchronized (this) {
          users.remove(user);
          notifyAll();
        }
      }
    }
  }

  /** Removes what goes with a user. */
  void leave(StoreUser user) {
    int count = update(store -> store.leave(user.account()));
    if (count > 0) {
      removed.warn(
          "the store at " + this + " has removed " + count + " keys",
          new StoreFullException(
              "workers that are gone have left more than the limit of "
                  + limits.left()
                  + " bytes"));
    }
  }

  /** Sends GOODBYE to all users and frees the port; the contents of the store are gone. */
  @Override
  public void close() {
    List<Link> pending;
    synchronized (this) {
      closing = true;
      pending = List.copyOf(handshaking);
      users.forEach(StoreUser::wakeup);
    }
    accepting.stop();
    listener.close();
    pending.forEach(Link::close);
    boolean interrupted = awaitNoUsers(FAREWELL_NANOS);
    List<StoreUser> stuck;
    synchronized (this) {
      stuck = List.copyOf(users);
    }
    stuck.forEach(StoreUser::close);
    interrupted |= awaitNoUsers(Long.MAX_VALUE);
    while (acceptor.isAlive()) {
      try {
        acceptor.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until all users are gone; returns whether this thread was interrupted meanwhile. */
  private synchronized boolean awaitNoUsers(long nanos) {
    boolean interrupted = false;
    long started = System.nanoTime();
    for (long left = nanos; left > 0 && !users.isEmpty(); ) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = nanos - (System.nanoTime() - started);
    }
    return interrupted;
  }

  @Override
  public String toString() {
    return listener.address();
  }
}
