package io.farref.codec;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import io.farref.observe.FailureText;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exceptions that leave this package, and sentences that several of them have. */
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

  /**
   * Runs a body that reads; any other exception that it throws becomes an {@link
   * EncodingException}.
   */
  static <T extends @Nullable Object> T reading(Supplier<T> body) {
    try {
      return body.get();
    } catch (RuntimeException | Error e) {
      throw ofReading(e);
    }
  }

  /** What to throw for what a reader threw: itself if it is documented. */
  static RuntimeException ofReading(Throwable e) {
    return e instanceof RpcException
            || e instanceof MalformedException
            || e instanceof NotAdmittedException
        ? (RuntimeException) e
        : encoding("cannot rebuild what was sent: " + e + FailureText.advice(e), e);
  }

  /** A class is not on the allow-list. */
  static String notAllowed(String className) {
    int dot = className.lastIndexOf('.');
    String packageName = dot < 0 ? className : className.substring(0, dot);
    return "class "
        + className
        + " is not allowed; if it may travel, join with .allow(\""
        + packageName
        + "\") on every worker";
  }

  /** A class can be loaded, but not used. */
  static String unusable(String className, LinkageError why) {
    return "class "
        + className
        + " cannot be used on this worker, since something that it needs is missing or failed to"
        + " initialize ("
        + why
        + "); both sides need it on their class path";
  }

  /** A module does not open a package. */
  static String notOpen(Class<?> type) {
    return "module "
        + type.getModule().getName()
        + " does not open "
        + type.getPackageName()
        + " to io.farref; add \"opens "
        + type.getPackageName()
        + " to io.farref;\" to its module-info";
  }
}
