package io.farref.codec;

import io.farref.spi.ValueReader;

/** The input of a {@link CallCodec}. */
public interface CallReader extends ValueReader {
  /**
   * The call is for that. To be said before anything that the call carries is read; not if the
   * function that {@link #readFunction} reads says so.
   *
   * @throws NotAdmittedException if the call must not be read any further
   */
  void admit(Called called);

  /** Reads a class, where any other value is malformed: so no code of its sender's can run. */
  Class<?> readClassValue();

  /** Reads the function that the call is for, if this call object stands before another one. */
  Object readFunction();
}
