package io.farref.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The rendezvous store of a group: a small, linearizable map from strings to bytes that all members
 * share. Thread-safe. Keys are paths such as {@code members/3}.
 */
public interface Store extends AutoCloseable {
  /** The value of a key. */
  Optional<byte[]> get(String key) throws IOException;

  /** Sets a key unless it exists; returns whether it did so. */
  boolean putIfAbsent(String key, byte[] value) throws IOException;

  /**
   * Sets a key unless it exists, for as long as this store is open here; returns whether it did so.
   * The key is removed when this store is closed, and when the store finds that the process which
   * opened it has died or lost its connection.
   */
  boolean putEphemeral(String key, byte[] value) throws IOException;

  /** Sets a key; an ephemeral key becomes a lasting one. */
  void put(String key, byte[] value) throws IOException;

  /** Removes a key; returns whether it existed. */
  boolean remove(String key) throws IOException;

  /**
   * Adds to a counter, which starts at 0, and returns its new value. Counters are separate from the
   * keys: no other method sees them.
   */
  long add(String counter, long delta) throws IOException;

  /** All keys with a prefix, and their values. */
  Snapshot list(String prefix) throws IOException;

  /**
   * Waits until the keys under a prefix, or their values, differ from a snapshot, or the time
   * passes.
   *
   * @return the state after the change or, if the time passed, the present state
   */
  Snapshot await(String prefix, Snapshot seen, Duration timeout) throws IOException;

  /** Closes the store; lasting keys stay, ephemeral keys that were set here are removed. */
  @Override
  void close();

  /**
   * The keys under a prefix at one moment.
   *
   * @param revision grows with every change; only the store knows by how much
   * @param entries the keys and their values; do not modify them
   */
  record Snapshot(long revision, Map<String, byte[]> entries) {}
}
