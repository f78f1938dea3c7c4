package io.farref.group;

import io.farref.observe.ForeignText;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The request of a worker that joins: its name, its rank and the size of the group.
 *
 * @param name assigned when absent
 * @param rank assigned when absent
 * @param worldSize how many workers to wait for; absent for an open group, whose members come and
 *     go
 * @param address where this worker listens already and others will reach it
 * @param timeout how long the group may take to come together; zero is no limit
 */
public record JoinRequest(
    Optional<String> name,
    OptionalInt rank,
    OptionalInt worldSize,
    String address,
    Duration timeout) {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if they do not; the message says how
   */
  public JoinRequest {
    check(name, rank, worldSize, address);
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("join timeout must not be negative: " + timeout);
    }
  }

  /**
   * Checks that the requested name, rank and world size fit together.
   *
   * @throws IllegalArgumentException if it does not; the message says how
   */
  public static void check(
      Optional<String> name, OptionalInt rank, OptionalInt worldSize, String address) {
    name.ifPresent(given -> WorkerNames.check("a worker's name", given));
    if (rank.isPresent() && rank.getAsInt() < 0) {
      throw new IllegalArgumentException("rank must not be negative: " + rank.getAsInt());
    }
    if (worldSize.isPresent()) {
      int size = worldSize.getAsInt();
      if (size < 1) {
        throw new IllegalArgumentException("world size must be at least 1: " + size);
      }
      if (rank.isPresent() && rank.getAsInt() >= size) {
        throw new IllegalArgumentException(
            "rank "
                + rank.getAsInt()
                + " does not exist in a world of "
                + size
                + ": ranks are 0 to "
                + (size - 1));
      }
    }
    if (address.isEmpty()) {
      throw new IllegalArgumentException("a worker needs an address on which it listens");
    }
    if (!ForeignText.isPlain(address)) {
      throw new IllegalArgumentException(
          "a worker cannot listen at '" + ForeignText.of(address) + "'");
    }
  }

  /** A worker that has not joined yet, for messages: {@code a (rank 0, 127.0.0.1:4711)}. */
  public static String describe(Optional<String> name, OptionalInt rank, String address) {
    return name.orElse("a worker without a name")
        + " ("
        + (rank.isPresent() ? "rank " + rank.getAsInt() + ", " : "")
        + address
        + ")";
  }

  @Override
  public String toString() {
    return describe(name, rank, address);
  }
}
