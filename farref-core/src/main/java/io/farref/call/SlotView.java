package io.farref.call;

import org.jspecify.annotations.Nullable;

/** An object that the library's own functions get in place of the value of a reference. */
public interface SlotView {
  /** The value, or another object in its place. */
  @Nullable Object value();

  /** The value itself. */
  static @Nullable Object unwrap(@Nullable Object value) {
    Object inner = value;
    while (inner instanceof SlotView wrapped) {
      inner = wrapped.value();
    }
    return inner;
  }
}
