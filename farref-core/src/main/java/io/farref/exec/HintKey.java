package io.farref.exec;

/** A function whose running time is remembered by a key and not by its class. */
public interface HintKey {
  /** The key; equal for functions that do the same. */
  Object hintKey();
}
