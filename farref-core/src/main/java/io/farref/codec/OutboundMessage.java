package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * The parts of a message to be sent that are not in the bytes of its value. Used by one thread at a
 * time.
 *
 * <p>An encoding that fails may have added entries that its bytes do not mention.
 */
public interface OutboundMessage {
  /**
   * The number that stands for {@code key} on this connection.
   *
   * @param key has {@code equals}; a {@link Class}, a string or an object of this package
   * @param definition the definition that the receiver needs; asked for on first use only
   */
  int symbol(Object key, Supplier<byte[]> definition);

  /** The next value of the message is a function. */
  default void functionFollows() {}

  /** Adds a reference to those that the message carries and returns its index. */
  int reference(RRef<?> ref);

  /** The worker id of a peer. */
  int worker(Peer peer);

  /**
   * Lets bytes travel beside the message, in an out-of-band buffer, and returns its index.
   *
   * @param there the kind of memory in which the receiver keeps them, if they are many
   */
  int attachment(MemorySegment bytes, Memory there);
}
