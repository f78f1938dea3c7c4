package io.farref.group.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.spi.Store;
import io.farref.time.Durations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** One user's view of a store in this JVM's memory. Thread-safe. */
final class MemStore implements Store {
  /** The store that all users of one name share. */
  private static final class Shared {
    @GuardedBy("this")
    final StoreData data = new StoreData();

    @GuardedBy("MemStore.STORES")
    int users;
  }

  @GuardedBy("STORES")
  private static final Map<String, Shared> STORES = new HashMap<>();

  private final String name;
  private final Shared shared;
  private final String owner = UUID.randomUUID().toString();

  @GuardedBy("shared")
  private boolean closed;

  private MemStore(String name, Shared shared) {
    this.name = name;
    this.shared = shared;
  }

  static MemStore open(String name) {
    synchronized (STORES) {
      Shared shared = STORES.computeIfAbsent(name, ignored -> new Shared());
      shared.users++;
      return new MemStore(name, shared);
    }
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    return locked(data -> data.get(key));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] value) throws IOException {
    return locked(data -> data.putIfAbsent(key, value.clone(), StoreData.NOBODY));
  }

  @Override
  public boolean putEphemeral(String key, byte[] value) throws IOException {
    return locked(data -> data.putIfAbsent(key, value.clone(), owner));
  }

  @Override
  public void put(String key, byte[] value) throws IOException {
    locked(
        data -> {
          data.put(key, value.clone());
          return true;
        });
  }

  @Override
  public boolean remove(String key) throws IOException {
    return locked(data -> data.remove(key));
  }

  @Override
  public long add(String counter, long delta) throws IOException {
    return locked(data -> data.add(counter, delta));
  }

  @Override
  public Snapshot list(String prefix) throws IOException {
    return locked(data -> data.list(prefix));
  }

  @Override
  public Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + Durations.nanos(timeout);
    synchronized (shared) {
      while (true) {
        checkOpen();
        long left = deadline - System.nanoTime();
        if (left <= 0 || shared.data.changedSince(prefix, seen.revision())) {
          return shared.data.list(prefix);
        }
        try {
          shared.wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting for a change in " + this);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (STORES) {
      synchronized (shared) {
        if (closed) {
          return;
        }
        closed = true;
        shared.data.removeOwner(owner);
        shared.users--;
        if (shared.users == 0) {
          STORES.remove(name);
        }
        shared.notifyAll();
      }
    }
  }

  @Override
  public String toString() {
    return "mem://" + name;
  }

  private <R> R locked(Function<StoreData, R> action) throws IOException {
    synchronized (shared) {
      checkOpen();
      long before = shared.data.revision();
      R result = action.apply(shared.data);
      if (shared.data.revision() != before) {
        shared.notifyAll();
      }
      return result;
    }
  }

  @GuardedBy("shared")
  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the store " + this + " is closed here");
    }
  }
}
