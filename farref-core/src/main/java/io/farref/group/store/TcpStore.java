package io.farref.group.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.observe.FailureText;
import io.farref.spi.Store;
import io.farref.time.Durations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One worker's view of a hosted store, and the store itself if this worker hosts it. Thread-safe.
 *
 * <p>When the host leaves, every operation fails with {@link StoreLostException}, but {@link
 * #putEphemeral} looks for a new host first: a user that has lost its ephemeral keys starts again
 * with it.
 */
final class TcpStore implements Store {
  /** Whether this worker hosts the store. */
  enum Hosting {
    YES,
    NO,
    IF_NOBODY_DOES
  }

  private static final String LOOPBACK = "127.0.0.1";
  private static final long MIN_PAUSE_NANOS = 5_000_000;
  private static final long MAX_PAUSE_NANOS = 200_000_000;
  private static final long ATTEMPT_NANOS = 5_000_000_000L;

  /** A longer wait is cut into pieces of this size, so that a silent host is noticed. */
  private static final long MAX_WAIT_NANOS = 10_000_000_000L;

  private final String host;
  private final int port;
  private final Hosting hosting;
  private final StoreLinks links;
  private final String threadPrefix;

  /** The store itself, if this worker hosts it. */
  @GuardedBy("this")
  private @Nullable StoreHost hosted;

  /** Where the host is, as this worker reaches it. */
  @GuardedBy("this")
  private String target;

  @GuardedBy("this")
  private @Nullable StoreClient client;

  @GuardedBy("this")
  private boolean closed;

  /** Opens nothing yet; {@code host} is as in a URI, an IPv6 address in brackets. */
  TcpStore(String host, int port, Hosting hosting, StoreLinks links, String threadPrefix) {
    this.host = host;
    this.port = port;
    this.hosting = hosting;
    this.links = links;
    this.threadPrefix = threadPrefix;
    this.target = host + ":" + port;
  }

  /**
   * Finds the host or becomes it.
   *
   * @param timeout how long to try; zero is no limit
   */
  void connect(Duration timeout) throws IOException {
    long started = System.nanoTime();
    long limit = timeout.isZero() ? Durations.LONGEST_NANOS : Durations.nanos(timeout);
    long pause = MIN_PAUSE_NANOS;
    for (int attempts = 1; ; attempts++) {
      IOException failure;
      try {
        attempt(Math.min(ATTEMPT_NANOS, limit - (System.nanoTime() - started)));
        return;
      } catch (IOException e) {
        failure = e;
      }
      long left = limit - (System.nanoTime() - started);
      if (left <= 0) {
        throw new IOException(
            "no store at "
                + this
                + ": tried "
                + attempts
                + " times in "
                + Durations.format(System.nanoTime() - started)
                + ", at last: "
                + FailureText.of(failure)
                + ". "
                + hostingRule(),
            failure);
      }
      pauseFor(Math.min(left, pause / 2 + ThreadLocalRandom.current().nextLong(pause)));
      pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    }
  }

  private String hostingRule() {
    return switch (hosting) {
      case YES -> "This worker should host it";
      case NO -> "The worker of rank 0 hosts it, or one whose rendezvous ends with ?host=true";
      case IF_NOBODY_DOES ->
          "The worker of rank 0 hosts it, or one whose rendezvous ends with ?host=true, or, if "
              + host
              + " is its machine, the first worker without a rank";
    };
  }

  private static void pauseFor(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking for the store");
    }
  }

  /** Tries once. */
  private synchronized StoreClient attempt(long nanos) throws IOException {
    if (closed) {
      throw new IOException("the store " + this + " is closed here");
    }
    StoreClient present = client;
    if (present != null) {
      if (!present.isLost()) {
        return present;
      }
      present.close();
      client = null;
    }
    InetAddress address = InetAddress.getByName(host);
    if (hosting == Hosting.YES && hosted == null) {
      try {
        becomeHost(address);
      } catch (IOException e) {
        if (!(e.getCause() instanceof BindException)) {
          throw e;
        }
        // Another worker may have become the host before. If not, another program has the port.
        return connectOnce(nanos, e);
      }
    }
    if (hosting != Hosting.IF_NOBODY_DOES || hosted != null || !isHere(address)) {
      return connectOnce(nanos, null);
    }
    try {
      return connectOnce(nanos, null);
    } catch (ConnectException e) {
      becomeHost(address);
      return connectOnce(nanos, null);
    }
  }

  @GuardedBy("this")
  private StoreClient connectOnce(long nanos, @Nullable IOException bindFailure)
      throws IOException {
    try {
      StoreClient made = StoreClient.connect(toString(), target, links, Math.max(1, nanos));
      client = made;
      return made;
    } catch (IOException e) {
      if (bindFailure != null) {
        e.addSuppressed(bindFailure);
      }
      throw e;
    }
  }

  @GuardedBy("this")
  private void becomeHost(InetAddress address) throws IOException {
    if (!address.isLoopbackAddress() && !links.areProtected()) {
      throw new RefusedException(
          "this worker will not host the store at "
              + this
              + " without a secret and without TLS, because that is not a loopback address: set"
              + " FARREF_SECRET or call secret(...), or set FARREF_TLS_CERT, FARREF_TLS_KEY and"
              + " FARREF_TLS_CA or call tls(...), for all workers of the group",
          Execution.NOT_EXECUTED);
    }
    // An address that is none of this machine's own is one in front of it, such as a proxy's.
    boolean everywhere = address.isAnyLocalAddress() || !isHere(address);
    String listens = everywhere ? ":" + port : host + ":" + port;
    hosted = StoreHost.listen(listens, links, threadPrefix, StoreLimits.DEFAULT);
    if (everywhere) {
      target = LOOPBACK + ":" + port;
    }
  }

  private static boolean isHere(InetAddress address) throws IOException {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    return decode(
        call(StoreProtocol.GET, out -> out.writeUtf8(key), 0),
        in -> in.readByte() == 0 ? Optional.empty() : Optional.of(readValue(in)));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] value) throws IOException {
    return put(connected(), StoreProtocol.PUT_IF_ABSENT, key, value);
  }

  @Override
  public boolean putEphemeral(String key, byte[] value) throws IOException {
    StoreClient target;
    try {
      target = attempt(ATTEMPT_NANOS);
    } catch (UnknownHostException | InterruptedIOException e) {
      throw e;
    } catch (IOException | RefusedException e) { // who refuses may be a stranger on the host's port
      StoreLostException failure =
          new StoreLostException("no store at " + this + " now: " + e.getMessage(), false);
      failure.initCause(e);
      throw failure;
    }
    return put(target, StoreProtocol.PUT_EPHEMERAL, key, value);
  }

  @Override
  public void put(String key, byte[] value) throws IOException {
    put(connected(), StoreProtocol.PUT, key, value);
  }

  private boolean put(StoreClient target, int operation, String key, byte[] value)
      throws IOException {
    return decode(
        target.call(
            operation,
            out -> {
              out.writeUtf8(key);
              StoreProtocol.writeValue(out, value);
            },
            0),
        in -> in.readByte() != 0);
  }

  @Override
  public boolean remove(String key) throws IOException {
    return decode(
        call(StoreProtocol.REMOVE, out -> out.writeUtf8(key), 0), in -> in.readByte() != 0);
  }

  @Override
  public long add(String counter, long delta) throws IOException {
    return decode(
        call(
            StoreProtocol.ADD,
            out -> {
              out.writeUtf8(counter);
              out.writeZigZag(delta);
            },
            0),
        Input::readZigZag);
  }

  @Override
  public Snapshot list(String prefix) throws IOException {
    return decode(
        call(StoreProtocol.LIST, out -> out.writeUtf8(prefix), 0),
        in -> readSnapshot(in, Map.of()));
  }

  @Override
  public Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException {
    StoreClient target = connected();
    long deadline = System.nanoTime() + Durations.nanos(timeout);
    Snapshot present = seen;
    while (true) {
      Snapshot base = present;
      long wait = Math.clamp(deadline - System.nanoTime(), 0, MAX_WAIT_NANOS);
      Input answer =
          target.call(
              StoreProtocol.AWAIT,
              out -> {
                out.writeUtf8(prefix);
                out.writeLong(base.revision());
                out.writeVarLong(wait);
              },
              wait);
      present = decode(answer, in -> readSnapshot(in, base.entries()));
      if (deadline - System.nanoTime() <= 0 || !StoreData.same(seen, present)) {
        return present;
      }
    }
  }

  private static Snapshot readSnapshot(Input in, Map<String, byte[]> seen) {
    boolean changes = in.readUnsignedByte() == StoreProtocol.CHANGES;
    long revision = in.readLong();
    Map<String, byte[]> entries = changes ? new TreeMap<>(seen) : new TreeMap<>();
    for (int left = in.readCount(2); left > 0; left--) {
      String key = in.readUtf8();
      if (changes && in.readByte() == 0) {
        entries.remove(key);
      } else {
        entries.put(key, readValue(in));
      }
    }
    return new Snapshot(revision, Collections.unmodifiableMap(entries));
  }

  private static byte[] readValue(Input in) {
    return in.readBytes(in.readCount(1));
  }

  private interface Decoder<R> {
    R decode(Input in);
  }

  private <R> R decode(Input in, Decoder<R> decoder) throws IOException {
    try {
      return decoder.decode(in);
    } catch (MalformedException e) {
      throw new IOException("the host of the store at " + this + " sent " + e.getMessage(), e);
    }
  }

  private Input call(int operation, Consumer<Output> arguments, long waitNanos) throws IOException {
    return connected().call(operation, arguments, waitNanos);
  }

  private synchronized StoreClient connected() throws IOException {
    StoreClient present = client;
    if (closed || present == null) {
      throw new IOException(
          "the store " + this + (closed ? " is closed here" : " is not connected"));
    }
    return present;
  }

  /** Which connections the store refused and why, if this worker hosts it; one sentence each. */
  synchronized List<String> refusals() {
    StoreHost own = hosted;
    return own == null ? List.of() : own.refusals();
  }

  @Override
  public synchronized void close() {
    closed = true;
    StoreClient presentClient = client;
    StoreHost presentHost = hosted;
    client = null;
    hosted = null;
    try {
      if (presentClient != null) {
        presentClient.close();
      }
    } finally {
      if (presentHost != null) {
        presentHost.close();
      }
    }
  }

  @Override
  public String toString() {
    return "tcp://" + host + ":" + port;
  }
}
