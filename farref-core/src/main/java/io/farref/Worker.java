package io.farref;

import io.farref.spi.Transport;
import io.farref.spi.WorkerProvider;
import java.lang.StackWalker.Option;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * This JVM's membership in a group. Several in one JVM are allowed.
 *
 * <p>Thread-safe. Whoever joins closes: {@link #close()} leaves the group gracefully.
 */
public interface Worker extends AutoCloseable {
  /**
   * Joins the group that the environment describes: {@code FARREF_NAME}, {@code FARREF_RANK},
   * {@code FARREF_WORLD_SIZE}, {@code FARREF_RENDEZVOUS}, {@code FARREF_ADVERTISE} and {@code
   * FARREF_SECRET}, or torchrun's {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code
   * MASTER_PORT} where those are absent. Returns when every worker can be called. The caller's
   * package and its subpackages may travel.
   *
   * @throws JoinException if the group does not come together within the join timeout, or refuses
   *     this worker
   */
  static Worker join() {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass())
        .join();
  }

  /** {@link #join()} under a name of one's own, whatever the environment says. */
  static Worker join(String name) {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass())
        .name(name)
        .join();
  }

  /**
   * Starts from the environment, for all that is not set explicitly. The package of the class that
   * calls this method and its subpackages may travel.
   */
  static Builder builder() {
    return WorkerProvider.get()
        .builder(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass());
  }

  /**
   * The worker on which the running shipped function, or method called through a reference, runs.
   *
   * @throws IllegalStateException on a thread that runs none
   */
  static Worker current() {
    return WorkerProvider.get().current();
  }

  /** This worker's name, unique in the group. */
  String name();

  /** This worker's rank, unique among the group's present members. */
  int rank();

  /** This worker as a peer of itself; calls to it copy as calls to others do. */
  Peer self();

  /**
   * The worker of that name.
   *
   * @throws UnknownPeerException if the group has none now
   */
  Peer peer(String name);

  /**
   * The worker of that rank.
   *
   * @throws UnknownPeerException if the group has none now
   */
  Peer peer(int rank);

  /** The group's present members by rank, this worker included; an immutable snapshot. */
  List<Peer> peers();

  /** Makes a reference to a value that lives here; not a copy. */
  <T> RRef<T> rref(T value);

  /**
   * Waits until every member of the group is in this method.
   *
   * @throws WorkerLostException if a member is lost before it arrives
   */
  void barrier();

  /**
   * Whether this worker is closed: by its program, or because the others took it for lost. Such a
   * program may join again, as another worker.
   */
  boolean isClosed();

  /** What this worker did and holds, as counted since it joined. */
  WorkerStats stats();

  /** The connections to other workers, by the name of the other; a snapshot. */
  List<ConnectionInfo> connections();

  /** The values that live here and are still held by somebody; a snapshot, in order of creation. */
  List<OwnedValue> ownedValues();

  /**
   * Leaves gracefully. In a group of fixed size: waits until every member closes, however long that
   * takes, and serves calls all the while; so a worker that only serves joins and closes. Then
   * waits, within the {@linkplain Builder#closeTimeout close timeout}, until calls in flight have
   * ended and references have been released; what is still referenced then is reported as a leak.
   * In an open group: waits for this worker's own calls only. Works also when peers are already
   * gone. Closing again does nothing.
   */
  @Override
  void close();

  /** {@link #close()} with a time limit for all of it; past it, as {@link #closeNow()}. */
  void close(Duration limit);

  /** Leaves at once. Pending calls of either side fail; peers see this worker as lost. */
  void closeNow();

  /** How a worker joins. Not thread-safe; every setter returns the builder. */
  interface Builder {
    /** 1 to 128 letters, digits and {@code - _ . :}; assigned when left out. */
    Builder name(String name);

    /** From 0; assigned when left out. */
    Builder rank(int rank);

    /** The number of workers to wait for; when left out, workers may join and leave at any time. */
    Builder worldSize(int worldSize);

    /**
     * Where the group meets: {@code tcp://host:port} (the worker of rank 0 hosts the store there,
     * or whoever is told to by {@code ?host=true}), {@code file:///path} (a directory that all
     * share), {@code env://} (torchrun's {@code MASTER_ADDR} and {@code MASTER_PORT}).
     */
    Builder rendezvous(String uri);

    /**
     * The address on which this worker listens, {@code 127.0.0.1:0} unless set. Any other than
     * loopback demands a {@link #secret} or {@link #tls}.
     */
    Builder listen(String hostPort);

    /** The address under which others reach this worker, where it is not the one listened on. */
    Builder advertise(String hostPort);

    /** What every member must prove to know. */
    Builder secret(String secret);

    /**
     * Encrypts what goes to other machines, and lets in only who has a certificate. Unless set: the
     * PEM files that {@code FARREF_TLS_CERT}, {@code FARREF_TLS_KEY} and {@code FARREF_TLS_CA}
     * name, if they do.
     *
     * @see Tls#pem
     */
    Builder tls(Tls tls);

    /** The time limit of calls that have none of their own; 60 s unless set, zero is none. */
    Builder rpcTimeout(Duration timeout);

    /** How long to wait for the group to come together; 5 minutes unless set. */
    Builder joinTimeout(Duration timeout);

    /**
     * How long {@link Worker#close()} may take once every member is closing; 60 s unless set, zero
     * is no limit.
     */
    Builder closeTimeout(Duration timeout);

    /**
     * How long a peer may say nothing, or a broken connection to it may stay broken, before it is
     * lost; 10 s unless set here or by {@code FARREF_SESSION_TIMEOUT} (in seconds), zero is no
     * limit. Until then calls wait, and go on where they were. Of two workers the shorter limit
     * counts for both. The end of a process on the same machine is noticed at once in any case.
     */
    Builder sessionTimeout(Duration timeout);

    /** Lets the classes of these packages and their subpackages travel. */
    Builder allow(String... packagePrefixes);

    /** Replaces the limits on what is accepted from others. */
    Builder limits(Limits limits);

    /** What happens to a call of this worker for which there is no room; WAIT unless set. */
    Builder onOverload(Overload choice);

    /**
     * What connects this worker to those on the same machine. Unless set: what the system property
     * {@code farref.sameHost} or the variable {@code FARREF_SAME_HOST} says, {@link SameHost#AUTO}
     * otherwise. Means nothing beside a {@link #transport}.
     */
    Builder sameHost(SameHost choice);

    /**
     * Replaces TCP, and what is faster within a machine, as the way to reach other workers. The
     * worker does not close it.
     */
    Builder transport(Transport transport);

    /** Is told of what is still referenced at a graceful {@link Worker#close()}. */
    Builder onLeak(Consumer<LeakReport> listener);

    /** Decides what other workers may call here; unless set, all that may travel here. */
    Builder authorize(Authorizer authorizer);

    /**
     * Joins.
     *
     * @throws JoinException if the group does not come together in time, or refuses this worker
     * @throws IllegalArgumentException if the settings do not fit together; the message says how
     */
    Worker join();
  }
}
