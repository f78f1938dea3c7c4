package io.farref.wire;

import java.io.IOException;
import java.util.Optional;

/**
 * Authenticates the other end of a connection below the handshake, for instance by its certificate.
 */
public interface PeerAuthentication {
  /** Authenticates nothing. */
  PeerAuthentication NONE =
      new PeerAuthentication() {
        @Override
        public byte[] binding() {
          return new byte[0];
        }

        @Override
        public Optional<String> objection(int worker) {
          return Optional.empty();
        }
      };

  /**
   * Bytes that both ends of this connection know, and the ends of no other connection; empty if
   * there are none.
   *
   * @throws IOException if there should be such bytes and are none
   */
  byte[] binding() throws IOException;

  /**
   * Why the other end cannot be that worker, as part of a sentence; empty if it can.
   *
   * @throws IOException if that cannot be found out
   */
  Optional<String> objection(int worker) throws IOException;
}
