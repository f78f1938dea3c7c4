package io.farref;

/**
 * What connects two workers of one user on one machine. Workers of different machines are always
 * connected by TCP. If the choice does not work for two workers, they use TCP too, and {@link
 * Worker#connections()} says why.
 */
public enum SameHost {
  /** The fastest that works: shared memory, Unix domain sockets, TCP. */
  AUTO,
  /** TCP, as between machines. */
  TCP,
  /** Unix domain sockets. */
  UNIX,
  /**
   * Shared memory, which needs Linux and {@code --enable-native-access=io.farref}, or {@code
   * ALL-UNNAMED} if Farref is on the class path.
   */
  SHM
}
