package io.farref.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The place where a group meets: a small, linearizable map from strings to bytes that all members
 * see. Thread-safe. Keys are paths such as {@code members/3}.
 */
public interface Store extends AutoCloseable {
  /** The value of a key. */
  Optional<byte[]> get(String key) throws IOException;

  /** Sets a key unless it exists; whether it did so. */
  boolean putIfAbsent(String key, byte[] value) throws IOException;

  /**
   * Sets a key unless it exists, for as long as this store is open here; whether it did so. The key
   * goes when this store is closed, and when the store finds that whoever opened it is gone (its
   * process died, its connection was lost).
   */
  boolean putEphemeral(String key, byte[] value) throws IOException;

  /** Sets a key; an ephemeral one lasts from then on. */
  void put(String key, byte[] value) throws IOException;

  /** Removes a key; whether it existed. */
  boolean remove(String key) throws IOException;

  /**
   * Adds to a counter, which starts at 0, and returns its new value. Counters are apart from the
   * keys: no other method sees them.
   */
  long add(String counter, long delta) throws IOException;

  /** All keys with a prefix, and their values. */
  Snapshot list(String prefix) throws IOException;

  /**
   * Waits until something under a prefix is other than in a snapshot, or the time passes.
   *
   * @return the state after the change or, if the time passed, the present state
   */
  Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException;

  /** Lets go of the store; what was put stays, ephemeral keys go. */
  @Override
  void close();

  /**
   * A state of the keys under a prefix.
   *
   * @param revision grows with every change, in a way of the store's own
   * @param entries the keys and their values; do not modify them
   */
  record Snapshot(long revision, Map<String, byte[]> entries) {}
}
