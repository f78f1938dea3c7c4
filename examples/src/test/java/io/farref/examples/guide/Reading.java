package io.farref.examples.guide;

// region reading
/** The part of a {@link Counter} that does not change it. */
interface Reading {
  int get();
}

// endregion
