package io.farref.node;

import io.farref.Authorizer;
import io.farref.JoinException;
import io.farref.LeakReport;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.RpcException.Execution;
import io.farref.SameHost;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.exec.AllSteps;
import io.farref.group.GroupSettings;
import io.farref.group.JoinRequest;
import io.farref.group.membership.Membership;
import io.farref.group.store.Stores;
import io.farref.node.connect.Listeners;
import io.farref.node.connect.Transports;
import io.farref.observe.FailureText;
import io.farref.spi.Transport;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import io.farref.tls.TlsLinks;
import java.io.IOException;
import java.lang.StackWalker.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Worker.Builder}: listens, joins the group, starts the worker. */
final class WorkerBuilder implements Worker.Builder {
  private static final String LOOPBACK = "127.0.0.1:0";
  private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private @Nullable String name;
  private OptionalInt rank = OptionalInt.empty();
  private OptionalInt worldSize = OptionalInt.empty();
  private @Nullable String rendezvous;
  private @Nullable String listen;
  private @Nullable String advertise;
  private @Nullable String secret;
  private @Nullable Tls tls;
  private Duration rpcTimeout = Duration.ofSeconds(60);
  private Duration joinTimeout = Duration.ofMinutes(5);
  private Duration closeTimeout = Duration.ofSeconds(60);
  private @Nullable Duration sessionTimeout;
  private Limits limits = Limits.DEFAULT;
  private Overload onOverload = Overload.WAIT;
  private @Nullable SameHost sameHost;
  private @Nullable Transport transport;
  private Consumer<LeakReport> onLeak = _ -> {};
  private @Nullable Authorizer authorizer;
  private final List<String> allowed = new ArrayList<>();
  private final Class<?> caller;

  WorkerBuilder(Class<?> caller) {
    this.caller = caller;
    allow(caller);
  }

  /** Allows the package of a caller, unless that is code of the JDK or of the library itself. */
  private void allow(Class<?> caller) {
    ClassLoader loader = caller.getClassLoader();
    if (loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && caller != Worker.class) {
      allowed.add(caller.getPackageName());
    }
  }

  @Override
  public Worker.Builder name(String value) {
    name = Objects.requireNonNull(value, "name");
    return this;
  }

  @Override
  public Worker.Builder rank(int value) {
    rank = OptionalInt.of(value);
    return this;
  }

  @Override
  public Worker.Builder worldSize(int value) {
    worldSize = OptionalInt.of(value);
    return this;
  }

  @Override
  public Worker.Builder rendezvous(String uri) {
    rendezvous = Objects.requireNonNull(uri, "uri");
    return this;
  }

  @Override
  public Worker.Builder listen(String hostPort) {
    listen = Objects.requireNonNull(hostPort, "hostPort");
    return this;
  }

  @Override
  public Worker.Builder advertise(String hostPort) {
    advertise = Objects.requireNonNull(hostPort, "hostPort");
    return this;
  }

  @Override
  public Worker.Builder secret(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("an empty secret is none");
    }
    secret = value;
    return this;
  }

  @Override
  public Worker.Builder tls(Tls value) {
    tls = Objects.requireNonNull(value, "tls");
    return this;
  }

  @Override
  public Worker.Builder rpcTimeout(Duration timeout) {
    Durations.timeoutNanos(timeout);
    rpcTimeout = timeout;
    return this;
  }

  @Override
  public Worker.Builder joinTimeout(Duration timeout) {
    Durations.timeoutNanos(timeout);
    joinTimeout = timeout;
    return this;
  }

  @Override
  public Worker.Builder closeTimeout(Duration timeout) {
    Durations.timeoutNanos(timeout);
    closeTimeout = timeout;
    return this;
  }

  @Override
  public Worker.Builder sessionTimeout(Duration timeout) {
    Durations.timeoutNanos(timeout);
    sessionTimeout = timeout;
    return this;
  }

  @Override
  public Worker.Builder allow(String... packagePrefixes) {
    allowed.addAll(Arrays.asList(packagePrefixes));
    return this;
  }

  @Override
  public Worker.Builder limits(Limits value) {
    limits = Objects.requireNonNull(value, "limits");
    return this;
  }

  @Override
  public Worker.Builder onOverload(Overload choice) {
    onOverload = Objects.requireNonNull(choice, "choice");
    return this;
  }

  @Override
  public Worker.Builder sameHost(SameHost choice) {
    sameHost = Objects.requireNonNull(choice, "choice");
    return this;
  }

  @Override
  public Worker.Builder transport(Transport value) {
    transport = Objects.requireNonNull(value, "transport");
    return this;
  }

  @Override
  public Worker.Builder onLeak(Consumer<LeakReport> listener) {
    onLeak = Objects.requireNonNull(listener, "listener");
    return this;
  }

  @Override
  public Worker.Builder authorize(Authorizer value) {
    authorizer = Objects.requireNonNull(value, "authorizer");
    return this;
  }

  @Override
  public Worker join() {
    allow(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass());
    long deadline = Deadlines.after(Durations.timeoutNanos(joinTimeout));
    FailureText.prepare();
    FailureText.ifMissing("jdk.unsupported")
        .ifPresent(
            advice -> {
              throw new JoinException(
                  "this worker could send no object: " + advice, Execution.NOT_EXECUTED);
            });
    Environment environment = Environment.ofProcess();
    GroupSettings settings =
        GroupSettings.resolve(
            new GroupSettings(
                Optional.ofNullable(name),
                rank,
                worldSize,
                Optional.ofNullable(rendezvous),
                Optional.ofNullable(advertise),
                Optional.ofNullable(secret)),
            environment.variables());
    settings.rendezvous().ifPresent(Stores::parse);
    Transports transports = transports(environment);
    WorkerOptions options =
        new WorkerOptions(
            settings.secret(),
            rpcTimeout,
            closeTimeout,
            environment.sessionTimeout(sessionTimeout),
            limits,
            onOverload,
            transports,
            onLeak,
            Optional.ofNullable(authorizer),
            WorkerComponents.codec(List.copyOf(allowed), limits, loader()));
    // From here on, whatever fails closes what was opened before.
    Listeners listeners = listen(transports, settings);
    Membership membership = null;
    LocalWorker worker = null;
    try {
      membership =
          Membership.join(
              settings.rendezvous(),
              settings.secret(),
              transports.tls(),
              request(settings, listeners.address()),
              address -> transports.isListening(address, PROBE_NANOS));
      worker = new LocalWorker(options, listeners, membership);
      worker.start();
      awaitAcknowledged(worker, deadline);
      return worker;
    } catch (RuntimeException | Error e) {
      try {
        undo(listeners, membership, worker);
      } catch (RuntimeException | Error left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Waits until every member knows the worker. */
  private static void awaitAcknowledged(LocalWorker worker, long deadline) {
    if (worker.isOpenGroup()) { // a group of fixed size has formed when all know all
      new JoinCompletion(worker).await(deadline);
    }
  }

  private static void undo(
      Listeners listeners, @Nullable Membership membership, @Nullable LocalWorker worker) {
    List<Runnable> steps = new ArrayList<>();
    if (worker != null) {
      steps.add(worker::closeNow);
    }
    if (membership != null) {
      steps.add(membership::close);
    }
    steps.add(listeners::close);
    AllSteps.run(steps);
  }

  private ClassLoader loader() {
    ClassLoader own = caller.getClassLoader();
    return own == null ? ClassLoader.getSystemClassLoader() : own;
  }

  private Transports transports(Environment environment) {
    Optional<TlsLinks> encryption = environment.tls(tls).map(TlsLinks::of);
    return transport != null
        ? Transports.by(transport, encryption)
        : Transports.of(environment.sameHost(sameHost), encryption);
  }

  private Listeners listen(Transports transports, GroupSettings settings) {
    String at =
        listen != null
            ? listen
            : settings.advertise().map(WorkerBuilder::withPort).orElse(LOOPBACK);
    if (!transports.isLocalOnly(at) && transports.tls().isEmpty() && settings.secret().isEmpty()) {
      throw new IllegalArgumentException(
          "a worker that listens on "
              + at
              + " can be reached from other machines and needs a group secret or TLS: set"
              + " FARREF_SECRET or call secret(...), set FARREF_TLS_CERT, FARREF_TLS_KEY and"
              + " FARREF_TLS_CA or call tls(...), or listen on 127.0.0.1");
    }
    try {
      return listen(transports, at, settings.rendezvous().orElse(""));
    } catch (IOException e) {
      throw new JoinException(
          "cannot listen on " + at + ": " + FailureText.of(e), e, Execution.NOT_EXECUTED);
    }
  }

  private static Listeners listen(Transports transports, String at, String rendezvous)
      throws IOException {
    int taken = rendezvous.startsWith("tcp:") ? Stores.parse(rendezvous).getPort() : -1;
    Listeners listeners = transports.listen(at);
    if (!at.endsWith(":0") || taken <= 0 || !listeners.address().endsWith(":" + taken)) {
      return listeners;
    }
    // The system chose the port of the rendezvous store, whose host could not listen there then.
    try {
      return transports.listen(at);
    } finally {
      listeners.close();
    }
  }

  private static String withPort(String hostPort) {
    boolean hasPort = hostPort.matches(".*[^:]:\\d+|.*]:\\d+");
    return hasPort ? hostPort : hostPort + ":0";
  }

  private JoinRequest request(GroupSettings settings, String real) {
    OptionalInt size = settings.rendezvous().isEmpty() ? OptionalInt.of(1) : settings.worldSize();
    return new JoinRequest(
        settings.name(), settings.rank(), size, address(settings, real), joinTimeout);
  }

  /** The address that others connect to: the advertised one, with the real port if it has none. */
  private static String address(GroupSettings settings, String real) {
    return settings
        .advertise()
        .map(WorkerBuilder::withPort)
        .map(
            given ->
                given.endsWith(":0")
                    ? given.substring(0, given.length() - 2) + real.substring(real.lastIndexOf(':'))
                    : given)
        .orElse(real);
  }
}
