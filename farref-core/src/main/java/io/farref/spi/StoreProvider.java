package io.farref.spi;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Opens rendezvous stores whose URI has one scheme. Found by ServiceLoader. */
public interface StoreProvider {
  /** The scheme, such as {@code tcp} or {@code file}. */
  String scheme();

  /**
   * Opens the store.
   *
   * @throws IOException if it cannot be reached within the timeout; the message says what was tried
   */
  Store open(URI uri, Options options) throws IOException;

  /**
   * Settings that a store may use.
   *
   * @param rank this worker's rank, if it was given one
   * @param secret the secret that every member must prove to know, if the group has one
   * @param timeout how long to try
   */
  record Options(Optional<Integer> rank, Optional<String> secret, Duration timeout) {}
}
