package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A throwable, as its own type or as text.
 *
 * <p>{@code THROWABLE}: sym, message v, stack trace; 1 byte: whether it has been given a cause, and
 * then the cause v; 0 if it keeps no suppressed ones, else their count and 1, these v; the size in
 * bytes and the number of objects of the next part in 4 bytes each; that part, which can be skipped
 * where the class is not available: detail message v, the {@link SerialForm} of the classes of the
 * JDK below {@link Throwable}, the fields of classes that are not the JDK's.
 *
 * <p>{@code THROWABLE_TEXT}: class name, message v, printed stack trace, cause v, count of
 * suppressed, these v.
 */
final class ThrowableCodec extends ShapedCodec {
  private static final FieldAccess[] NO_FIELDS = {};
  private static final int MAX_TEXT_LINKS = 100;
  private static final int PRINTED_WITH_CAUSES = 4;

  // The fields of Throwable itself.
  private static final SerialLevel BASE = SerialLevel.of(Throwable.class);
  private static final int CAUSE = BASE.indexOf("cause");
  private static final int MESSAGE = BASE.indexOf("detailMessage");
  private static final int TRACE = BASE.indexOf("stackTrace");
  private static final int SUPPRESSED = BASE.indexOf("suppressedExceptions");

  private final @Nullable Supplier<Unsendable> problem;
  private final List<SerialLevel> levels;
  private final @Nullable Instantiator instantiator;
  private final FieldAccess[] fields;

  private ThrowableCodec(Class<?> type, Supplier<Unsendable> problem) {
    super(Tags.THROWABLE, Identity.EARLY, type, List.of());
    this.problem = problem;
    this.levels = List.of();
    this.instantiator = null;
    this.fields = NO_FIELDS;
  }

  private ThrowableCodec(
      Class<?> type, List<SerialLevel> levels, List<FieldAccess> fields, Instantiator maker) {
    super(
        Tags.THROWABLE,
        Identity.EARLY,
        type,
        Stream.concat(
                levels.stream().flatMap(level -> level.shape().stream()),
                fields.stream().map(FieldAccess::descriptor))
            .toList());
    this.problem = null;
    this.levels = levels;
    this.instantiator = maker;
    this.fields = fields.toArray(FieldAccess[]::new);
  }

  static void register(CodecRegistry r) {
    r.add(new ThrowableReader(Tags.THROWABLE));
    r.add(new ThrowableReader(Tags.THROWABLE_TEXT));
  }

  /** Makes the codec of a class of throwables that may travel. */
  static ThrowableCodec of(Class<?> type) {
    Class<?> jdkClass = type;
    while (!JdkTypes.isJdk(jdkClass)) {
      jdkClass = jdkClass.getSuperclass();
    }
    List<SerialLevel> levels = SerialForm.levels(jdkClass, Throwable.class);
    if (levels.stream().anyMatch(SerialLevel::losesState)) {
      return textOnly(
          type, () -> Unsendable.noEncoding(type.getTypeName(), UnsupportedTypeAdvice.GENERAL));
    }
    try {
      return new ThrowableCodec(
          type, levels, FieldAccess.of(type, jdkClass), Instantiator.of(type, Object.class));
    } catch (InaccessibleObjectException e) {
      return textOnly(type, () -> Unsendable.noEncoding(type.getTypeName(), Errors.notOpen(type)));
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every class extends Object", e);
    }
  }

  /** The codec of a class of throwables that travel as text at best. */
  static ThrowableCodec textOnly(Class<?> type, Supplier<Unsendable> problem) {
    return new ThrowableCodec(type, problem);
  }

  @Override
  void write(Encoder out, Object value) {
    Throwable throwable = (Throwable) value;
    Encoder.Mark start = out.mark();
    if (!out.isText(throwable)) {
      try {
        if (problem != null) {
          throw problem.get();
        }
        super.write(out, throwable);
        return;
      } catch (RuntimeException | Error e) {
        if (!out.lenient()) {
          throw e;
        }
        out.reset(start);
        out.setText(throwable);
      }
    }
    out.out.truncate(start.size() - 1);
    writeText(out, throwable);
  }

  @Override
  void writeBody(Encoder out, Object value) {
    Throwable throwable = (Throwable) value;
    @Nullable Object[] base = BASE.write(throwable).items();
    String message = ThrowableText.message(throwable);
    out.write(message);
    StackTraces.write(
        out, base[TRACE] instanceof StackTraceElement[] trace ? trace : new StackTraceElement[0]);
    writeCauseAndSuppressed(out, throwable, base);
    int sizes = out.out.skip(2 * Integer.BYTES);
    int idsBefore = out.objectCount();
    // The message that the virtual machine computes of a null pointer is not in the field.
    boolean computed = base[MESSAGE] == null && throwable instanceof NullPointerException;
    out.write(computed ? message : base[MESSAGE]);
    for (SerialLevel level : levels) {
      SerialForm.write(out, level, throwable, throwable);
    }
    for (FieldAccess field : fields) {
      field.write(out, throwable);
    }
    out.out.setInt(sizes, out.out.size() - sizes - 2 * Integer.BYTES);
    out.out.setInt(sizes + Integer.BYTES, out.objectCount() - idsBefore);
  }

  @Override
  Object readBody(Decoder in, int id) {
    throw new AssertionError("read by its own reader");
  }

  /** Makes an instance, which {@link #readSelf} completes. */
  Throwable make() {
    if (instantiator == null) {
      throw Errors.encoding(type.getTypeName() + " cannot be rebuilt here");
    }
    return (Throwable) instantiator.make();
  }

  /** Reads the part that can be skipped. */
  void readSelf(Decoder in, int id, Throwable throwable, Links links) {
    @Nullable Object[] base = new Object[BASE.fields().length];
    base[CAUSE] = links.hasCause() ? links.cause() : throwable;
    base[MESSAGE] = in.readNullable(String.class);
    base[TRACE] = links.trace();
    List<Throwable> suppressed = links.suppressed();
    base[SUPPRESSED] = suppressed == null ? null : new ArrayList<>(suppressed);
    BASE.read(throwable, base);
    SerialForm.read(in, id, throwable, levels);
    for (FieldAccess field : fields) {
      field.read(in, throwable);
    }
  }

  /**
   * What every throwable has, of any class.
   *
   * @param hasCause false if it may still be given a cause
   * @param suppressed null if it keeps none
   */
  record Links(
      StackTraceElement[] trace,
      boolean hasCause,
      @Nullable Throwable cause,
      @Nullable List<Throwable> suppressed) {

    static Links read(Decoder in, StackTraceElement[] trace) {
      boolean hasCause = in.in.readByte() != 0;
      Throwable cause = hasCause ? in.readNullable(Throwable.class) : null;
      int count = in.readCount(1);
      if (count == 0) {
        return new Links(trace, hasCause, cause, null);
      }
      List<Throwable> suppressed = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        Throwable each = in.readNullable(Throwable.class);
        if (each != null) {
          suppressed.add(each);
        }
      }
      return new Links(trace, hasCause, cause, suppressed);
    }
  }

  private static void writeCauseAndSuppressed(
      Encoder out, Throwable throwable, @Nullable Object[] base) {
    Object cause = base[CAUSE];
    out.out.writeByte(cause == throwable ? 0 : 1);
    if (cause != throwable) {
      writeLink(out, ".getCause()", cause);
    }
    if (!(base[SUPPRESSED] instanceof List<?> suppressed)) {
      out.out.writeVarInt(0);
      return;
    }
    out.out.writeVarInt(suppressed.size() + 1);
    for (int i = 0; i < suppressed.size(); i++) {
      writeLink(out, ".getSuppressed()[" + i + "]", suppressed.get(i));
    }
  }

  private static void writeText(Encoder out, Throwable throwable) {
    out.out.writeByte(Tags.THROWABLE_TEXT);
    Strings.write(out.out, throwable.getClass().getName());
    out.write(ThrowableText.message(throwable));
    Strings.write(
        out.out,
        out.textCount() <= PRINTED_WITH_CAUSES
            ? ThrowableText.stackTrace(throwable)
            : ThrowableText.ownStackTrace(throwable));
    // A getCause of the user's may return another one each time.
    writeLink(
        out,
        ".getCause()",
        out.textCount() > MAX_TEXT_LINKS ? null : ThrowableText.cause(throwable));
    Throwable[] suppressed = throwable.getSuppressed();
    out.out.writeVarInt(suppressed.length);
    for (int i = 0; i < suppressed.length; i++) {
      writeLink(out, ".getSuppressed()[" + i + "]", suppressed[i]);
    }
  }

  // Where text is accepted, a cause that cannot travel is left out: the throwable that has it
  // still travels.
  private static void writeLink(Encoder out, String step, @Nullable Object linked) {
    Encoder.Mark start = out.mark();
    try {
      out.write(linked);
    } catch (Unsendable e) {
      if (!out.lenient()) {
        throw e.at(step);
      }
      out.reset(start);
      out.write(null);
    }
  }

  /** Reads the cause and the suppressed ones of a throwable that is text. */
  static void readTextLinks(Decoder in, Throwable text) {
    Throwable cause = in.readNullable(Throwable.class);
    List<Throwable> suppressed = new ArrayList<>();
    int count = in.readCount(1);
    for (int i = 0; i < count; i++) {
      Throwable each = in.readNullable(Throwable.class);
      if (each != null) {
        suppressed.add(each);
      }
    }
    link(text, cause, suppressed);
  }

  /** Gives a cause and suppressed ones to the exception that stands for a throwable. */
  static void link(Throwable text, @Nullable Throwable cause, @Nullable List<Throwable> others) {
    if (cause != null && cause != text) {
      text.initCause(cause);
    }
    if (others != null) {
      others.stream().filter(each -> each != text).forEach(text::addSuppressed);
    }
  }

  /** Checks that a symbol is that of a throwable. */
  static ThrowableCodec usable(Symbol.Type symbol) {
    if (!(symbol.usable() instanceof ThrowableCodec codec)) {
      throw new MalformedException(symbol.name() + " is not a throwable");
    }
    return codec;
  }
}
