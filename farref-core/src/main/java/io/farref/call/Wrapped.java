package io.farref.call;

import org.jspecify.annotations.Nullable;

/** What a function of the library itself gets in place of the value. */
public interface Wrapped {
  /** The value, or another view of it. */
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
