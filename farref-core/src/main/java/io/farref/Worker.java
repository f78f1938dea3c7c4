package io.farref;

import io.farref.spi.Transport;
import io.farref.spi.WorkerProvider;
import java.lang.StackWalker.Option;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A membership in a group of workers. A JVM usually has one, and may have several.
 *
 * <p>Thread-safe. The code that joins must close the worker: {@link #close()} leaves the group
 * gracefully.
 */
public interface Worker extends AutoCloseable {
  /**
   * Joins the group that the environment describes, and waits until this worker and every member
   * know each other and can be called.
   *
   * <p>Reads {@code FARREF_NAME}, {@code FARREF_RANK}, {@code FARREF_WORLD_SIZE}, {@code
   * FARREF_RENDEZVOUS}, {@code FARREF_ADVERTISE} and {@code FARREF_SECRET}, or torchrun's {@code
   * RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code MASTER_PORT} where those are absent.
   * The classes of the caller's package and its subpackages may travel.
   *
   * @throws JoinException if the group does not come together within 5 minutes, or refuses this
   *     worker
   * @throws IllegalArgumentException if a variable makes no sense; the message names it
   */
  static Worker join() {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass())
        .join();
  }

  /** As {@link #join()}, with this name instead of that of the environment. */
  static Worker join(String name) {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass())
        .name(name)
        .join();
  }

  /**
   * A builder for a worker. Settings that are not made take their values from the environment, else
   * their defaults. The classes of the caller's package and its subpackages may travel.
   */
  static Builder builder() {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass());
  }

  /**
   * The worker on which the running code was called: a shipped function, or a method called through
   * a reference. Threads that such code starts do not inherit it.
   *
   * @throws IllegalStateException on a thread that runs no call
   */
  static Worker current() {
    return WorkerProvider.get().current();
  }

  /** This worker's name, unique in the group. */
  String name();

  /** This worker's rank, from 0, unique among the present members. */
  int rank();

  /** This worker as a peer of itself. Calls to it copy values, as calls to other workers do. */
  Peer self();

  /**
   * The member of that name. Opens no connection.
   *
   * @throws UnknownPeerException if the group has none now
   */
  Peer peer(String name);

  /**
   * The member of that rank. Opens no connection.
   *
   * @throws UnknownPeerException if the group has none now
   */
  Peer peer(int rank);

  /** The present members by rank, this worker included; an immutable snapshot. */
  List<Peer> peers();

  /**
   * Makes a reference to a value that lives on this worker; the value is not copied. Other workers
   * call it at the same time, so it must be thread-safe. It is kept alive until every holder has
   * released it. The caller owns the reference and should close it.
   *
   * @throws WorkerClosedException if this worker is closed
   */
  <T> RRef<T> rref(T value);

  /**
   * Waits until every member of the group has called this method. There is no timeout but the
   * {@link Deadline} in force.
   *
   * <p>The n-th call of a worker waits for the n-th calls of the others, on whatever threads:
   * several threads of a worker that call at once take turns. The others do not wait for a call
   * that ended early, by a deadline or an interrupt. The worker's next call takes its place, and
   * returns at once if the others have called meanwhile.
   *
   * @throws WorkerLostException if a member is lost before it arrives
   * @throws RpcCancelledException if the thread was interrupted
   * @throws RpcTimeoutException if the deadline passes first
   */
  void barrier();

  /**
   * Whether this worker is closed: by its program, or because the other members declared it dead.
   * In the latter case the program may join again, as another worker.
   */
  boolean isClosed();

  /** Counters of this worker since it joined, and what it holds now; a snapshot. */
  WorkerStats stats();

  /** The open connections, sorted by the name of the other worker; a snapshot. */
  List<ConnectionInfo> connections();

  /** The values that live here and that some worker holds, in order of creation; a snapshot. */
  List<OwnedValue> ownedValues();

  /**
   * Leaves gracefully.
   *
   * <p>In a group of fixed size this method first waits until every member closes, without a
   * timeout, and serves calls meanwhile: a worker that only serves joins and closes. Then it waits,
   * within the {@linkplain Builder#closeTimeout close timeout}, until calls in flight have ended
   * and references have been released. Values that are still referenced are reported as leaks
   * ({@link Builder#onLeak}). In an open group it waits for this worker's own calls only. Members
   * that are lost are not waited for.
   *
   * <p>If the close timeout passes or the thread is interrupted, this method logs a warning and
   * closes at once, as {@link #closeNow()}; it does not throw. Closing again does nothing.
   */
  @Override
  void close();

  /** As {@link #close()}, with a timeout for all of it; after that, as {@link #closeNow()}. */
  void close(Duration limit);

  /** Leaves at once. Pending calls of both sides fail, and peers see this worker as lost. */
  void closeNow();

  /** The settings with which a worker joins. Not thread-safe; every setter returns this builder. */
  interface Builder {
    /**
     * The worker's name, unique in the group: 1 to 128 letters, digits and {@code - _ . :}. Unless
     * set: {@code FARREF_NAME}, else assigned.
     */
    Builder name(String name);

    /**
     * The worker's rank, from 0. Unless set: {@code FARREF_RANK} or {@code RANK}, else assigned.
     */
    Builder rank(int rank);

    /**
     * The number of workers to wait for. Unless set: {@code FARREF_WORLD_SIZE} or {@code
     * WORLD_SIZE}, else the group is open, and workers may join and leave at any time.
     */
    Builder worldSize(int worldSize);

    /**
     * The rendezvous store, through which the members find each other: {@code tcp://host:port} (the
     * worker of rank 0 hosts it, or the worker whose URI ends in {@code ?host=true}), {@code
     * file:///path} (a directory that all members share), or {@code env://} (torchrun's {@code
     * MASTER_ADDR} and {@code MASTER_PORT}). Unless set: {@code FARREF_RENDEZVOUS}, else torchrun's
     * variables, else the group is this worker alone.
     */
    Builder rendezvous(String uri);

    /**
     * The address on which this worker accepts connections, {@code 127.0.0.1:0} unless set; port 0
     * is any free port. An address that other machines can reach needs a {@link #secret} or {@link
     * #tls}.
     */
    Builder listen(String hostPort);

    /**
     * The address that other workers connect to, if it is not the one listened on: {@code host} or
     * {@code host:port}. Unless set: {@code FARREF_ADVERTISE}.
     */
    Builder advertise(String hostPort);

    /**
     * The secret that every member must prove to know. It is never sent. Unless set: {@code
     * FARREF_SECRET}.
     *
     * @throws IllegalArgumentException if empty
     */
    Builder secret(String secret);

    /**
     * Encrypts connections to other machines, and lets in only workers with a certificate. Unless
     * set: the PEM files that {@code FARREF_TLS_CERT}, {@code FARREF_TLS_KEY} and {@code
     * FARREF_TLS_CA} name, if these are set.
     *
     * @see Tls#pem
     */
    Builder tls(Tls tls);

    /** The timeout of calls that have none of their own; 60 s unless set, zero is no timeout. */
    Builder rpcTimeout(Duration timeout);

    /** How long {@link #join()} waits for the group; 5 minutes unless set, zero is no timeout. */
    Builder joinTimeout(Duration timeout);

    /**
     * How long {@link Worker#close()} may take once every member is closing; 60 s unless set, zero
     * is no timeout.
     */
    Builder closeTimeout(Duration timeout);

    /**
     * How long a peer may be silent, or a broken connection to it may stay broken, before the peer
     * is declared dead; 10 s unless set here or by {@code FARREF_SESSION_TIMEOUT} (in seconds),
     * zero is no timeout. Until then calls wait, and continue where they were. The shorter of two
     * workers' timeouts holds for both. The end of a process on the same machine is noticed at once
     * in any case.
     */
    Builder sessionTimeout(Duration timeout);

    /**
     * Lets the classes of these packages and their subpackages travel, besides those of the package
     * that called {@link Worker#builder()}.
     *
     * @param packagePrefixes names of packages, such as {@code com.acme.model}
     */
    Builder allow(String... packagePrefixes);

    /** The limits on what this worker accepts from others; {@link Limits#DEFAULT} unless set. */
    Builder limits(Limits limits);

    /** What happens to a call of this worker that finds a limit reached; WAIT unless set. */
    Builder onOverload(Overload choice);

    /**
     * What connects this worker to others on the same machine. Unless set: the system property
     * {@code farref.sameHost}, else the variable {@code FARREF_SAME_HOST}, else {@link
     * SameHost#AUTO}. Has no effect if a {@link #transport} is set.
     */
    Builder sameHost(SameHost choice);

    /**
     * Replaces TCP and the faster transports within a machine. The worker does not close it: the
     * program owns it.
     */
    Builder transport(Transport transport);

    /**
     * Is called, on the closing thread, with the values that are still referenced at a graceful
     * {@link Worker#close()}.
     */
    Builder onLeak(Consumer<LeakReport> listener);

    /** Decides what other workers may call here; unless set, everything is allowed. */
    Builder authorize(Authorizer authorizer);

    /**
     * Joins the group, and waits until this worker and every member know each other and can be
     * called. A member that does not answer is waited for until it is declared dead. The caller
     * owns the worker and must close it.
     *
     * @throws JoinException if the group does not come together within the join timeout, or refuses
     *     this worker
     * @throws IllegalArgumentException if the settings do not fit together; the message says how
     */
    Worker join();
  }
}
