package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * What came with an encoded value but not in its bytes. Used by one thread at a time. Every method
 * throws {@link io.farref.bytes.MalformedException} for a number that means nothing here.
 */
public interface InboundMessage {
  /**
   * What a symbol of this connection stands for, resolved on first use and then kept. A resolver
   * that throws fails this message only.
   */
  <T> T symbol(int id, Function<byte[], T> resolver);

  /** A reference that the message carries. */
  RRef<?> reference(int index);

  /** The peer with this worker id. */
  Peer peer(int workerId);

  /** The message has a function in it: code that its sender chose. */
  default void hasFunction() {}

  /** Bytes that came beside the message: all of what lies there, the caller's from now on. */
  MemorySegment attachment(int index);
}
