package io.farref.codec;

import io.farref.RemoteFailureException;
import io.farref.bytes.Output;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a throwable that cannot travel as itself. */
final class ThrowableText {
  private static final int MAX_STACK_CHARACTERS = 1 << 18;

  private ThrowableText() {}

  /** The message, also if the throwable's own code fails. */
  static @Nullable String message(Throwable throwable) {
    try {
      return throwable.getMessage();
    } catch (RuntimeException | Error e) {
      return "(its getMessage() threw " + e.getClass().getName() + ")";
    }
  }

  /** The cause, also if the throwable's own code fails; then the failure. */
  static @Nullable Throwable cause(Throwable throwable) {
    try {
      return throwable.getCause();
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /**
   * The printed stack trace, also if the throwable's own code fails. Cut where it gets too long, as
   * that of a throwable does whose {@code getCause} never ends.
   */
  static String stackTrace(Throwable throwable) {
    Bounded text = new Bounded();
    try {
      throwable.printStackTrace(new PrintWriter(text));
    } catch (Full e) {
      return text + "...";
    } catch (RuntimeException | Error e) {
      return text + "(printing it threw " + e.getClass().getName() + ")";
    }
    return text.toString();
  }

  /** A stack trace as it is printed, without causes. */
  static String ownStackTrace(Throwable throwable) {
    try {
      return stackTrace(
          throwable.getClass().getName(), message(throwable), throwable.getStackTrace());
    } catch (RuntimeException | Error e) {
      return "(its getStackTrace() threw " + e.getClass().getName() + ")";
    }
  }

  private static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Full() {
      super(null, null, false, false);
    }
  }

  private static final class Bounded extends StringWriter {
    @Override
    public void write(String text, int offset, int length) {
      super.write(text, offset, Math.min(length, MAX_STACK_CHARACTERS - getBuffer().length()));
      if (getBuffer().length() == MAX_STACK_CHARACTERS) {
        throw new Full();
      }
    }
  }

  /** Writes a throwable as text, without its cause and suppressed ones. */
  static void write(Throwable throwable, Output out) {
    out.writeByte(Tags.THROWABLE_TEXT);
    Strings.write(out, throwable.getClass().getName());
    String message = message(throwable);
    if (message == null) {
      out.writeByte(Tags.NULL);
    } else {
      out.writeByte(Tags.STRING);
      Strings.write(out, message);
    }
    Strings.write(out, stackTrace(throwable));
    out.writeByte(Tags.NULL);
    out.writeVarInt(0);
  }

  /** A stack trace as it is printed. */
  static String stackTrace(String className, @Nullable String message, StackTraceElement[] trace) {
    StringBuilder text = new StringBuilder(className);
    if (message != null) {
      text.append(": ").append(message);
    }
    for (StackTraceElement element : trace) {
      text.append(System.lineSeparator()).append("\tat ").append(element);
    }
    return text.append(System.lineSeparator()).toString();
  }

  /** The exception that stands for it; unlike one made by its constructor, it can get a cause. */
  static RemoteFailureException failure(
      String worker, String className, @Nullable String message, String stackTrace) {
    return copy(new RemoteFailureException(worker, className, message, stackTrace));
  }

  /** A copy without cause, suppressed exceptions and stack trace, which can get a cause. */
  static RemoteFailureException copy(RemoteFailureException model) {
    RemoteFailureException failure =
        (RemoteFailureException) Prototype.INSTANTIATOR.make(model.getMessage());
    Prototype.FIELDS.forEach(field -> field.copy(model, failure));
    return failure;
  }

  private static final class Prototype {
    static final Instantiator INSTANTIATOR = instantiator();
    static final List<FieldAccess> FIELDS =
        FieldAccess.of(RemoteFailureException.class, RuntimeException.class);

    private static Instantiator instantiator() {
      try {
        return Instantiator.of(RemoteFailureException.class, Throwable.class, String.class);
      } catch (NoSuchMethodException e) {
        throw new AssertionError("every throwable can have a message", e);
      }
    }
  }
}
