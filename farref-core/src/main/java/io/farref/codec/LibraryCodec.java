package io.farref.codec;

import io.farref.spi.ValueCodec;

/**
 * How a class of the library itself travels: under a fixed name, so that renaming or moving the
 * class changes no byte of the protocol.
 *
 * @param <T> the class
 */
public interface LibraryCodec<T> extends ValueCodec<T> {
  /** The name; begins with a dot, as no class's name does. Never changes, is never used again. */
  String wireName();
}
