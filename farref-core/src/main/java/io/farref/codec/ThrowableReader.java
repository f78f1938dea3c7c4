package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.util.Objects;
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
    if (tag == Tags.THROWABLE) {
      return readThrowable(in, id);
    }
    Throwable text = readText(in);
    in.objects.register(id, text);
    ThrowableCodec.readTextLinks(in, text);
    return text;
  }

  // The instance is there before its cause is read, which may lead back to it.
  private static Throwable readThrowable(Decoder in, int id) {
    Symbol.Type symbol = in.readSymbol(Symbol.Type.class);
    String message = in.readNullable(String.class);
    StackTraceElement[] trace = StackTraces.read(in);
    Throwable made = null;
    RuntimeException problem = null;
    try {
      made = Errors.reading(() -> ThrowableCodec.usable(symbol).make());
    } catch (RuntimeException e) {
      problem = e;
      made = replacement(in, symbol.name(), message, trace, e);
    }
    in.objects.register(id, made);
    ThrowableCodec.Links links = ThrowableCodec.Links.read(in, trace);
    if (problem != null) {
      ThrowableCodec.link(made, links.cause(), links.suppressed());
    }
    int length = in.in.readInt();
    int ids = in.in.readInt();
    if (length < 0 || length > in.in.remaining() || ids < 0 || ids > length) {
      throw new MalformedException(ids + " objects in " + length + " bytes of a throwable");
    }
    Throwable instance = made;
    RuntimeException known = problem;
    return in.nested(
        () -> {
          if (known != null) {
            throw known;
          }
          ThrowableCodec.usable(symbol).readSelf(in, id, instance, links);
          return instance;
        },
        failure -> {
          if (known != null) {
            return instance;
          }
          Throwable text = replacement(in, symbol.name(), message, trace, failure);
          in.objects.register(id, text);
          ThrowableCodec.link(text, links.cause(), links.suppressed());
          return text;
        },
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
    StackTraceElement[] shown = StackTraces.shown(trace);
    Throwable failure =
        ThrowableText.failure(
            worker, className, message, ThrowableText.stackTrace(className, message, shown));
    failure.setStackTrace(shown);
    failure.addSuppressed(problem);
    return failure;
  }

  private static Throwable readText(Decoder in) {
    String className = Strings.read(in.in, in.limits());
    String message = in.readNullable(String.class);
    String stackTrace = Strings.read(in.in, in.limits());
    return ThrowableText.failure(
        Objects.requireNonNullElseGet(
            in.worker(),
            () -> {
              throw new MalformedException("a throwable as text where a value was expected");
            }),
        className,
        message,
        stackTrace);
  }
}
