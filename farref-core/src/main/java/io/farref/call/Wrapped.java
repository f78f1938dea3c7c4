package io.farref.call;

import org.jspecify.annotations.Nullable;

/** What a function of the library's own is given in place of a value. */
public interface Wrapped {
  /** The value, or what in its turn stands in its place. */
  @Nullable Object value();

  /** The value itself. */
  static @Nullable Object unwrap(@Nullable Object value) {
    Object inner = value;
    while (inner instanceof Wrapped wrapped) {
      inner = wrapped.value();
    }
    return inner;
  }
}
