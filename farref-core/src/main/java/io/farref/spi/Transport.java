package io.farref.spi;

import java.io.IOException;

/**
 * A way to reach other workers: a listener and a connector of byte streams. Thread-safe.
 *
 * <p>A transport moves bytes. It knows nothing about messages, workers or security.
 */
public interface Transport {
  /** The scheme of its addresses, such as {@code tcp}. */
  String scheme();

  /**
   * Starts to listen.
   *
   * @param address an address of this transport, such as {@code host:port}; port 0 picks a free
   *     port
   */
  Listener listen(String address) throws IOException;

  /**
   * Connects to a listener.
   *
   * @throws IOException if nobody listens there, or if there is no connection when the time has
   *     passed
   */
  Link connect(String address, long timeoutNanos) throws IOException;

  /** Whether only processes on this machine can connect to this address. */
  boolean isLocalOnly(String address);

  /**
   * Whether a link may break while both sides are alive, as in a network. Then it is worth
   * connecting again and continuing where the link broke. If not, the end of a link means that the
   * other side has ended.
   */
  default boolean isResumable() {
    return false;
  }

  /** Accepts connections. */
  interface Listener extends AutoCloseable {
    /** The address to connect to, with the real port. */
    String address();

    /**
     * Waits for the next connection. An interrupt does not end the wait.
     *
     * @throws java.nio.channels.ClosedChannelException once closed
     */
    Link accept() throws IOException;

    /** Stops listening; connections that were accepted stay open. */
    @Override
    void close();
  }
}
