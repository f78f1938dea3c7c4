package io.farref.codec;

import org.jspecify.annotations.Nullable;

/** The meaning of a symbol of a connection, on the receiving side. */
sealed interface Symbol {
  /** First byte of a definition. */
  int TYPE = 'T';

  /** First byte of a definition. */
  int CLASS = 'C';

  /** First byte of a definition. */
  int FUNCTION = 'F';

  /** First byte of a definition. */
  int TEXT = 'S';

  /**
   * A class whose instances travel by its shape.
   *
   * @param codec null if the class cannot be used here; then {@code problem} says why
   */
  record Type(String name, @Nullable ShapedCodec codec, @Nullable Problem problem)
      implements Symbol {
    /** The codec. */
    ShapedCodec usable() {
      if (codec != null) {
        return codec;
      }
      throw problem == null ? new IllegalStateException(name) : problem.exception();
    }
  }

  /** Why a class cannot be used here. */
  record Problem(boolean refused, String message) {
    RuntimeException exception() {
      return refused ? Errors.refused(message) : Errors.encoding(message);
    }
  }

  /** A class as a value. */
  record Literal(Class<?> type) implements Symbol {}

  /** A function without its captured values. */
  record Function(FunctionBuilder builder) implements Symbol {}

  /** A string. */
  record Text(String value) implements Symbol {}
}
