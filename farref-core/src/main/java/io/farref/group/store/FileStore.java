package io.farref.group.store;

import io.farref.spi.Store;
import io.farref.time.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One user's view of a store in a directory. Thread-safe. */
final class FileStore implements Store {
  private static final long MIN_POLL_NANOS = 2_000_000;
  private static final long MAX_POLL_NANOS = 50_000_000;
  private static final long SWEEP_NANOS = 500_000_000;
  private static final AtomicLong USERS = new AtomicLong();

  private final StoreDirectory area;
  private final String owner;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FileStore(StoreDirectory area) {
    this.area = area;
    this.owner = area.session() + "/" + USERS.incrementAndGet();
  }

  static FileStore open(Path directory, Duration timeout) throws IOException {
    return new FileStore(StoreDirectory.acquire(directory, timeout));
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    checkOpen();
    return area.read(data -> data.get(key).map(byte[]::clone));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] value) throws IOException {
    checkOpen();
    byte[] copy = value.clone();
    return area.update(data -> data.putIfAbsent(key, copy, StoreData.NOBODY));
  }

  @Override
  public boolean putEphemeral(String key, byte[] value) throws IOException {
    checkOpen();
    byte[] copy = value.clone();
    return area.update(data -> data.putIfAbsent(key, copy, owner));
  }

  @Override
  public void put(String key, byte[] value) throws IOException {
    checkOpen();
    byte[] copy = value.clone();
    area.update(
        data -> {
          data.put(key, copy);
          return true;
        });
  }

  @Override
  public boolean remove(String key) throws IOException {
    checkOpen();
    return area.update(data -> data.remove(key));
  }

  @Override
  public long add(String counter, long delta) throws IOException {
    checkOpen();
    return area.update(data -> data.add(counter, delta));
  }

  @Override
  public Snapshot list(String prefix) throws IOException {
    checkOpen();
    return area.read(data -> data.list(prefix));
  }

  @Override
  public Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException {
    long now = System.nanoTime();
    long deadline = now + Durations.nanos(timeout);
    long nextSweep = now + SWEEP_NANOS;
    long pause = MIN_POLL_NANOS;
    while (true) {
      checkOpen();
      // Taken before the read, so that a change by this JVM after the read ends the pause below.
      long stamp = area.stamp();
      Snapshot present =
          area.read(data -> data.revision() == seen.revision() ? seen : data.list(prefix));
      now = System.nanoTime();
      if (now >= deadline || !StoreData.same(seen, present)) {
        return present;
      }
      if (now >= nextSweep) {
        area.sweep();
        nextSweep = now + SWEEP_NANOS;
      }
      area.pause(stamp, Math.min(pause, deadline - now));
      pause = Math.min(pause * 2, MAX_POLL_NANOS);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      area.release(owner);
    }
  }

  @Override
  public String toString() {
    return area.toString();
  }

  private void checkOpen() throws IOException {
    if (closed.get()) {
      throw new IOException("the store " + this + " is closed here");
    }
  }
}
