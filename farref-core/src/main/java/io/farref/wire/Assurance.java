package io.farref.wire;

import java.io.IOException;
import java.util.Optional;

/** What a connection knows of its other end before any frame is read, such as its certificate. */
public interface Assurance {
  /** Nothing is known. */
  Assurance NONE =
      new Assurance() {
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
   * What both ends of this connection know and those of no other; empty if there is nothing such.
   *
   * @throws IOException if there should be and is not
   */
  byte[] binding() throws IOException;

  /**
   * Why the other end cannot be that worker, if so, as part of a sentence.
   *
   * @throws IOException if it cannot be told
   */
  Optional<String> objection(int worker) throws IOException;
}
