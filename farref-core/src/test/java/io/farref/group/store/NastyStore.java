package io.farref.group.store;

import io.farref.spi.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** A store that delays its answers at random and returns from waits for no reason. */
public final class NastyStore implements Store {
  private static final int MAX_DELAY_NANOS = 2_000_000;

  private final Store store;
  private final SplittableRandom random;

  public NastyStore(Store store, long seed) {
    this.store = store;
    this.random = new SplittableRandom(seed);
  }

  private synchronized int random(int bound) {
    return random.nextInt(bound);
  }

  private void delay() {
    if (random(2) == 0) {
      LockSupport.parkNanos(random(MAX_DELAY_NANOS));
    }
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    delay();
    return store.get(key);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] value) throws IOException {
    delay();
    boolean done = store.putIfAbsent(key, value);
    delay();
    return done;
  }

  @Override
  public boolean putEphemeral(String key, byte[] value) throws IOException {
    delay();
    boolean done = store.putEphemeral(key, value);
    delay();
    return done;
  }

  @Override
  public void put(String key, byte[] value) throws IOException {
    delay();
    store.put(key, value);
    delay();
  }

  @Override
  public boolean remove(String key) throws IOException {
    delay();
    boolean done = store.remove(key);
    delay();
    return done;
  }

  @Override
  public long add(String counter, long delta) throws IOException {
    delay();
    return store.add(counter, delta);
  }

  @Override
  public Snapshot list(String prefix) throws IOException {
    Snapshot snapshot = store.list(prefix);
    delay();
    return snapshot;
  }

  @Override
  public Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException {
    delay();
    boolean early = random(3) == 0;
    Snapshot snapshot =
        store.await(prefix, seen, early ? timeout.dividedBy(1 + random(10_000)) : timeout);
    delay();
    return snapshot;
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return "nasty " + store;
  }
}
