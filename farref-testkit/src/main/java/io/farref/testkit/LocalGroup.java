package io.farref.testkit;

import io.farref.Worker;
import io.farref.spi.Transport;
import io.farref.spi.WorkerProvider;
import io.farref.transport.InProcessTransport;
import java.lang.StackWalker.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole group of workers in this JVM, by default connected in memory. Ranks follow the order of
 * the names.
 *
 * <pre>{@code
 * try (LocalGroup group = LocalGroup.of("a", "b", "c")) {
 *   Worker a = group.worker("a");
 *   int three = a.peer("b").rpcSync(() -> Math.addExact(1, 2));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Closing it closes all workers gracefully, and at the same time, because each
 * waits for the others.
 */
public final class LocalGroup implements AutoCloseable {
  private final Map<String, Worker> workers;

  private LocalGroup(Map<String, Worker> workers) {
    this.workers = workers;
  }

  /** Starts a group. The caller's package and its subpackages are on the allow-list. */
  public static LocalGroup of(String... names) {
    return new Builder(caller()).start(names);
  }

  /** Makes a builder. The caller's package and its subpackages are on the allow-list. */
  public static Builder builder() {
    return new Builder(caller());
  }

  private static Class<?> caller() {
    return StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
                    .filter(type -> type != LocalGroup.class)
                    .findFirst()
                    .orElseThrow());
  }

  /**
   * The worker of that name.
   *
   * @throws IllegalArgumentException if the group has no such worker
   */
  public Worker worker(String name) {
    Worker worker = workers.get(name);
    if (worker == null) {
      throw new IllegalArgumentException("no worker '" + name + "' among " + workers.keySet());
    }
    return worker;
  }

  /** All workers by rank. */
  public List<Worker> workers() {
    return List.copyOf(workers.values());
  }

  @Override
  public void close() {
    inParallel(workers.values(), Worker::close);
  }

  /** Ends every worker at once, without waiting for calls. */
  public void closeNow() {
    inParallel(workers.values(), Worker::closeNow);
  }

  private static void inParallel(Iterable<Worker> workers, Consumer<Worker> action) {
    List<CompletableFuture<@Nullable Void>> all = new ArrayList<>();
    for (Worker worker : workers) {
      all.add(
          inBackground(
              "close-" + worker.name(),
              () -> {
                action.accept(worker);
                return null;
              }));
    }
    Failures failures = new Failures();
    all.forEach(failures::join);
    failures.rethrow();
  }

  /** Runs an action on another thread: joining and closing wait for the other workers. */
  private static <T extends @Nullable Object> CompletableFuture<T> inBackground(
      String name, Supplier<T> action) {
    return CompletableFuture.supplyAsync(
        action, task -> Thread.ofPlatform().name("testkit-" + name).start(task));
  }

  /** The first failure of several actions, the others suppressed in it. */
  private static final class Failures {
    private @Nullable Throwable first;

    <T extends @Nullable Object> @Nullable T join(CompletableFuture<T> future) {
      try {
        return future.join();
      } catch (CompletionException e) {
        Throwable failure = e.getCause() == null ? e : e.getCause();
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
        return null;
      }
    }

    void rethrow() {
      switch (first) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new CompletionException(first);
      }
    }

    boolean any() {
      return first != null;
    }
  }

  /** The settings of a group. Not thread-safe; every setter returns the builder. */
  public static final class Builder {
    private final Class<?> caller;
    private Function<String, @Nullable Transport> transports;
    private Consumer<Worker.Builder> configuration = worker -> {};

    private Builder(Class<?> caller) {
      this.caller = caller;
      Transport shared = new InProcessTransport();
      this.transports = name -> shared;
    }

    /** Connects all workers over this transport. */
    public Builder transport(Transport transport) {
      this.transports = name -> transport;
      return this;
    }

    /** Connects all workers as if each were in its own JVM: over sockets. */
    public Builder sockets() {
      this.transports = name -> null;
      return this;
    }

    /** Connects the workers over a network with faults; there each has its own name. */
    public Builder network(FaultyNetwork network) {
      this.transports = network::at;
      return this;
    }

    /** Connects the workers over TCP through proxies; there each has its own name. */
    public Builder network(TcpFaultNetwork network) {
      this.transports = network::at;
      return this;
    }

    /** Configures every worker, after name, rank, transport and rendezvous have been set. */
    public Builder configure(Consumer<Worker.Builder> configuration) {
      this.configuration = this.configuration.andThen(configuration);
      return this;
    }

    /**
     * Starts the group, and returns when every worker can call every other.
     *
     * @param names at least one, all different
     * @throws io.farref.JoinException if a worker cannot join; then the others are closed
     */
    public LocalGroup start(String... names) {
      if (Set.of(names).isEmpty()) {
        throw new IllegalArgumentException("a group has at least one worker");
      }
      String rendezvous = "mem://" + UUID.randomUUID();
      Map<String, CompletableFuture<Worker>> joining = new LinkedHashMap<>();
      for (int rank = 0; rank < names.length; rank++) {
        String name = names[rank];
        Worker.Builder worker =
            WorkerProvider.get()
                .builder(caller)
                .name(name)
                .rank(rank)
                .worldSize(names.length)
                .rendezvous(rendezvous);
        Transport transport = transports.apply(name);
        if (transport != null) {
          worker.transport(transport);
        }
        configuration.accept(worker);
        joining.put(name, inBackground("join-" + name, worker::join));
      }
      return joined(joining);
    }

    private static LocalGroup joined(Map<String, CompletableFuture<Worker>> joining) {
      Map<String, Worker> workers = new LinkedHashMap<>();
      Failures failures = new Failures();
      joining.forEach(
          (name, future) -> {
            Worker worker = failures.join(future);
            if (worker != null) {
              workers.put(name, worker);
            }
          });
      if (failures.any()) {
        workers.values().forEach(Worker::closeNow);
        failures.rethrow();
      }
      return new LocalGroup(workers);
    }
  }
}
