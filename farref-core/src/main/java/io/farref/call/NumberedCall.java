package io.farref.call;

/** A call in a {@link CallTable}. */
public interface NumberedCall {
  /** The number; no two calls of a table have the same. */
  long number();
}
