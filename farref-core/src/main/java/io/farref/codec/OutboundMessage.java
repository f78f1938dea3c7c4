package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * What travels with an encoded value but not in its bytes. Used by one thread at a time.
 *
 * <p>An encoding that fails may have added entries that its bytes do not mention.
 */
public interface OutboundMessage {
  /**
   * The number that stands for {@code key} on this connection.
   *
   * @param key has {@code equals}; a {@link Class}, a string or an object of this package
   * @param definition what the receiver needs to know, asked for on first use only
   */
  int symbol(Object key, Supplier<byte[]> definition);

  /** Adds a reference to those that the message carries and returns its index. */
  int reference(RRef<?> ref);

  /** The worker id of a peer. */
  int worker(Peer peer);

  /**
   * Lets bytes travel beside the message and returns their index.
   *
   * @param there what they are going to lie in, if they are many
   */
  int attachment(MemorySegment bytes, Memory there);
}
