package io.farref.codec;

import io.farref.bytes.MalformedException;
import org.jspecify.annotations.Nullable;

/** Reads throwables, see {@link ThrowableCodec}; those that cannot be rebuilt here become text. */
@SuppressWarnings("ReferenceEquality") // throwables have no equals
final class ThrowableReader extends TypeCodec {
  ThrowableReader(int tag) {
    super(tag, Identity.EARLY);
  }

  @Override
  void write(Encoder out, Object value) {
    throw new AssertionError("only reads");
  }

  @Override
  Object read(Decoder in, int id) {
    Throwable throwable = tag == Tags.THROWABLE ? readSelf(in, id) : readText(in);
    in.objects.register(id, throwable);
    Throwable cause = in.readNullable(Throwable.class);
    if (cause != null) {
      link(throwable, cause);
    }
    int count = in.readCount(1);
    for (int i = 0; i < count; i++) {
      Throwable suppressed = in.readNullable(Throwable.class);
      if (suppressed != null && suppressed != throwable) {
        throwable.addSuppressed(suppressed);
      }
    }
    return throwable;
  }

  private static Throwable readSelf(Decoder in, int id) {
    Symbol.Type symbol = in.readSymbol(Symbol.Type.class);
    String message = in.readNullable(String.class);
    StackTraceElement[] trace = StackTraces.read(in);
    int length = in.in.readInt();
    int ids = in.in.readInt();
    if (length < 0 || length > in.in.remaining() || ids < 0 || ids > length) {
      throw new MalformedException(ids + " objects in " + length + " bytes of a throwable");
    }
    return in.nested(
        () -> {
          if (!(symbol.usable() instanceof ThrowableCodec codec)) {
            throw new MalformedException(symbol.name() + " is not a throwable");
          }
          return codec.readSelf(in, id, message, trace);
        },
        problem -> replacement(in, symbol.name(), message, trace, problem),
        length,
        ids);
  }

  private static Throwable replacement(
      Decoder in,
      String className,
      @Nullable String message,
      StackTraceElement[] trace,
      RuntimeException problem) {
    String worker = in.worker();
    if (worker == null) {
      throw problem;
    }
    Throwable failure =
        ThrowableText.failure(
            worker, className, message, ThrowableText.stackTrace(className, message, trace));
    failure.setStackTrace(trace);
    failure.addSuppressed(problem);
    return failure;
  }

  private static Throwable readText(Decoder in) {
    String className = Strings.read(in.in, in.limits());
    String message = in.readNullable(String.class);
    String stackTrace = Strings.read(in.in, in.limits());
    String worker = in.worker();
    if (worker == null) {
      throw new MalformedException("a throwable as text where a value was expected");
    }
    return ThrowableText.failure(worker, className, message, stackTrace);
  }

  // The class may refuse a cause; then the cause is kept as a suppressed exception.
  private static void link(Throwable throwable, Throwable cause) {
    if (cause == throwable || throwable.getCause() == cause) {
      return;
    }
    try {
      throwable.initCause(cause);
    } catch (RuntimeException e) {
      throwable.addSuppressed(cause);
    }
  }
}
