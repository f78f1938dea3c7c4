package io.farref;

/**
 * What connects workers of one user on one machine. Workers of different machines are connected by
 * TCP whatever this says, and so are those for whom the choice does not work; {@link
 * Worker#connections()} tells why.
 */
public enum SameHost {
  /** The fastest that works. */
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
