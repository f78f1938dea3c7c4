package io.farref.group.membership;

import io.farref.group.JoinRequest;
import io.farref.group.store.StoreContext;
import io.farref.group.store.Stores;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Workers of a test that join at one rendezvous, each in a thread of its own. */
public final class JoinedWorkers {
  private static final AtomicInteger PORTS = new AtomicInteger(4000);

  final String uri;
  final Set<String> deaf = ConcurrentHashMap.newKeySet();
  final Set<String> probed = ConcurrentHashMap.newKeySet();
  public Duration timeout = Duration.ofSeconds(20);
  UnaryOperator<Store> wrapper = store -> store;

  public JoinedWorkers(String uri) {
    this.uri = uri;
  }

  /** A worker before it joins. */
  public final class Joiner {
    Optional<String> name = Optional.empty();
    OptionalInt rank = OptionalInt.empty();
    OptionalInt worldSize = OptionalInt.empty();
    public Optional<String> secret = Optional.empty();
    String address = "127.0.0.1:" + PORTS.incrementAndGet();

    Joiner name(String given) {
      name = Optional.of(given);
      return this;
    }

    public Joiner rank(int given) {
      rank = OptionalInt.of(given);
      return this;
    }

    public Joiner of(int given) {
      worldSize = OptionalInt.of(given);
      return this;
    }

    Joiner at(String given) {
      address = given;
      return this;
    }

    /** Joins on this thread. */
    Membership join() {
      JoinRequest request = new JoinRequest(name, rank, worldSize, address, timeout);
      return Membership.join(open(), request, JoinedWorkers.this::listens);
    }

    Store open() {
      try {
        Optional<Integer> number =
            rank.isPresent() ? Optional.of(rank.getAsInt()) : Optional.empty();
        return wrapper.apply(
            Stores.open(uri, new Options(number, secret, timeout), StoreContext.NONE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Joins on a thread of its own. */
    public CompletableFuture<Membership> start() {
      CompletableFuture<Membership> result = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .name("joiner " + this)
          .start(
              () -> {
                try {
                  result.complete(join());
                } catch (Throwable e) {
                  result.completeExceptionally(e);
                }
              });
      return result;
    }

    @Override
    public String toString() {
      return name.orElse("?") + "/" + rank + " at " + address;
    }
  }

  private boolean listens(String address) {
    probed.add(address);
    return !deaf.contains(address);
  }

  public Joiner worker() {
    return new Joiner();
  }

  public Joiner worker(String name) {
    return new Joiner().name(name);
  }

  public static Membership get(CompletableFuture<Membership> joining) {
    try {
      return joining.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("did not join", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Why a worker did not join. */
  public static Throwable failure(CompletableFuture<Membership> joining) {
    try {
      Membership joined = joining.get(60, TimeUnit.SECONDS);
      joined.close();
      throw new AssertionError("joined: " + joined);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
