package io.farref.codec;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The three exceptions that leave this package. */
final class Errors {
  private Errors() {}

  static EncodingException encoding(String message) {
    return new EncodingException(message, Execution.NOT_EXECUTED);
  }

  static EncodingException encoding(String message, Throwable cause) {
    return new EncodingException(message, cause, Execution.NOT_EXECUTED);
  }

  static RefusedException refused(String message) {
    return new RefusedException(message, Execution.NOT_EXECUTED);
  }

  static RefusedException refused(String message, Throwable cause) {
    return new RefusedException(message, cause, Execution.NOT_EXECUTED);
  }

  /** Runs a body that reads; whatever else it throws becomes an {@link EncodingException}. */
  static <T extends @Nullable Object> T reading(Supplier<T> body) {
    try {
      return body.get();
    } catch (RpcException | MalformedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw encoding("cannot rebuild what was sent: " + e, e);
    }
  }
}
