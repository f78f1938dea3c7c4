package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * The parts of a received message that are not in the bytes of its value. Used by one thread at a
 * time. Every method throws {@link io.farref.bytes.MalformedException} for a number that has no
 * meaning here.
 */
public interface InboundMessage {
  /**
   * The meaning of a symbol of this connection, resolved on first use and then kept. A resolver
   * that throws fails this message only.
   */
  <T> T symbol(int id, Function<byte[], T> resolver);

  /** A reference that the message carries. */
  RRef<?> reference(int index);

  /** The peer with this worker id. */
  Peer peer(int workerId);

  /** The sender has announced that functions follow, and they may. */
  default void mayHaveFunctions() {}

  /**
   * The message has a function in it: code that its sender chose.
   *
   * @throws io.farref.bytes.MalformedException if that was not announced
   */
  default void hasFunction() {}

  /** An out-of-band buffer of the message; it belongs to the caller from now on. */
  MemorySegment attachment(int index);
}
