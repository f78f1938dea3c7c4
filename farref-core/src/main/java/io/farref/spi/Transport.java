package io.farref.spi;

import java.io.IOException;

/**
 * A way to reach other workers: a listener and a connector of byte streams. Thread-safe.
 *
 * <p>A transport moves bytes and knows nothing of messages, names or security.
 */
public interface Transport {
  /** The scheme of its addresses, such as {@code tcp}. */
  String scheme();

  /**
   * Starts to listen.
   *
   * @param address {@code host:port} or whatever the transport calls an address; port 0 picks one
   */
  Listener listen(String address) throws IOException;

  /**
   * Connects to a listener, waiting at most so long.
   *
   * @throws IOException if nobody listens there or the time passes
   */
  Link connect(String address, long timeoutNanos) throws IOException;

  /** Whether whoever can connect to this address must be on this machine. */
  boolean isLocalOnly(String address);

  /**
   * Whether a link may break while both sides are alive, as in a network, so that it is worth to
   * connect again and go on where it broke. If not, the end of a link is the end of the other side.
   */
  default boolean isResumable() {
    return false;
  }

  /** Accepts connections. */
  interface Listener extends AutoCloseable {
    /** The address to connect to, with the real port. */
    String address();

    /**
     * Waits for the next connection.
     *
     * @throws java.nio.channels.ClosedChannelException once closed
     */
    Link accept() throws IOException;

    /** Stops listening; connections stay. */
    @Override
    void close();
  }
}
