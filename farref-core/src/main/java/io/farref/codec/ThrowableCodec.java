package io.farref.codec;

import io.farref.bytes.MalformedException;
import io.farref.codec.JdkThrowables.Plan;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A throwable, as its own type or as text.
 *
 * <p>{@code THROWABLE}: sym, message v, stack trace; the size in bytes and the number of objects of
 * the next part in 4 bytes each; that part, which can be skipped where the class is not available:
 * count and arguments v of a constructor of the JDK, extra v, the fields of classes that are not
 * the JDK's; then cause v, count of suppressed, these v.
 *
 * <p>{@code THROWABLE_TEXT}: class name, message v, printed stack trace, cause v, count of
 * suppressed, these v.
 */
final class ThrowableCodec extends ShapedCodec {
  private static final FieldAccess[] NO_FIELDS = {};

  private final @Nullable Supplier<Unsendable> problem;
  private final Plan plan;
  private final @Nullable Instantiator instantiator;
  private final FieldAccess[] fields;
  private final @Nullable MethodHandle detailMessage;
  private final boolean faithful;

  private ThrowableCodec(Class<?> type, Supplier<Unsendable> problem) {
    super(Tags.THROWABLE, Identity.EARLY, type, List.of());
    this.problem = problem;
    this.plan = JdkThrowables.plan(Throwable.class);
    this.instantiator = null;
    this.fields = NO_FIELDS;
    this.detailMessage = null;
    this.faithful = true;
  }

  private ThrowableCodec(Class<?> type, Class<?> jdkClass, List<FieldAccess> fields, Plan plan) {
    super(
        Tags.THROWABLE,
        Identity.EARLY,
        type,
        fields.stream().map(FieldAccess::descriptor).toList());
    this.problem = null;
    this.plan = plan;
    this.instantiator = plan.instantiator(type);
    this.fields = fields.toArray(FieldAccess[]::new);
    this.detailMessage = detailMessage(type);
    this.faithful = plan.covers(jdkClass);
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
    try {
      List<FieldAccess> fields = FieldAccess.of(type, jdkClass);
      return new ThrowableCodec(type, jdkClass, fields, JdkThrowables.plan(jdkClass));
    } catch (InaccessibleObjectException e) {
      return textOnly(type, () -> Unsendable.noEncoding(type.getTypeName(), Errors.notOpen(type)));
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
        check(throwable);
        super.write(out, throwable);
        writeLinks(out, throwable);
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
    out.out.writeByte(Tags.THROWABLE_TEXT);
    Strings.write(out.out, type.getName());
    out.write(ThrowableText.message(throwable));
    Strings.write(out.out, ThrowableText.stackTrace(throwable));
    writeLinks(out, throwable);
  }

  @Override
  void writeBody(Encoder out, Object value) {
    Throwable throwable = (Throwable) value;
    out.write(message(throwable));
    StackTraces.write(out, throwable.getStackTrace());
    int sizes = out.out.skip(2 * Integer.BYTES);
    int idsBefore = out.objectCount();
    @Nullable Object[] arguments = plan.arguments(throwable);
    out.out.writeVarInt(arguments.length);
    out.writeElements(arguments);
    out.write(plan.extra(throwable));
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

  /** Reads the part that can be skipped, and makes the throwable. */
  Throwable readSelf(Decoder in, int id, @Nullable String message, StackTraceElement[] trace) {
    if (instantiator == null) {
      throw Errors.encoding(type.getTypeName() + " cannot be rebuilt here");
    }
    @Nullable Object[] arguments = in.readElements(in.readCount(1));
    if (arguments.length != plan.arity()) {
      throw new MalformedException(arguments.length + " arguments for " + type.getTypeName());
    }
    Throwable throwable = rebuild(message, arguments);
    in.objects.register(id, throwable);
    Object extra = in.read();
    if (extra != null) {
      plan.setExtra(throwable, extra);
    }
    for (FieldAccess field : fields) {
      field.read(in, throwable);
    }
    throwable.setStackTrace(trace);
    return throwable;
  }

  private static void writeLinks(Encoder out, Throwable throwable) {
    writeLink(out, ".getCause()", throwable.getCause());
    Throwable[] suppressed = throwable.getSuppressed();
    out.out.writeVarInt(suppressed.length);
    for (int i = 0; i < suppressed.length; i++) {
      writeLink(out, ".getSuppressed()[" + i + "]", suppressed[i]);
    }
  }

  // Where text is accepted, a cause that cannot travel is left out: the throwable that has it
  // still travels.
  private static void writeLink(Encoder out, String step, @Nullable Throwable linked) {
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

  private void check(Throwable throwable) {
    if (problem != null) {
      throw problem.get();
    }
    if (!faithful) {
      Throwable trial = rebuild(message(throwable), plan.arguments(throwable));
      if (!String.valueOf(trial.getMessage()).equals(String.valueOf(throwable.getMessage()))) {
        throw Unsendable.noEncoding(type.getTypeName(), UnsupportedTypeAdvice.about(type));
      }
    }
  }

  private Throwable rebuild(@Nullable String message, @Nullable Object[] arguments) {
    if (instantiator == null) {
      throw new AssertionError("checked before");
    }
    Throwable made =
        (Throwable) (plan.byMessage() ? instantiator.make(message) : instantiator.make(arguments));
    if (made instanceof NullPointerException) {
      // The second call tells it that no helpful message is to be computed from its bytecode.
      made.fillInStackTrace();
    }
    return made;
  }

  private @Nullable String message(Throwable throwable) {
    if (detailMessage == null) {
      return throwable.getMessage();
    }
    try {
      return (String) detailMessage.invokeExact(throwable);
    } catch (Throwable e) {
      throw Unsendable.failed(type.getTypeName(), "getMessage() failed", e);
    }
  }

  // Where a class of the user's overrides getMessage, the message given to the constructor is what
  // the topmost such method gets from super.
  private static @Nullable MethodHandle detailMessage(Class<?> type) {
    MethodType signature = MethodType.methodType(String.class);
    Class<?> top = null;
    for (Class<?> each = type; !JdkTypes.isJdk(each); each = each.getSuperclass()) {
      if (declaresGetMessage(each)) {
        top = each;
      }
    }
    if (top == null) {
      return null;
    }
    try {
      return MethodHandles.privateLookupIn(top, MethodHandles.lookup())
          .findSpecial(top.getSuperclass(), "getMessage", signature, top)
          .asType(MethodType.methodType(String.class, Throwable.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new InaccessibleObjectException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean declaresGetMessage(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(each -> each.getName().equals("getMessage") && each.getParameterCount() == 0);
  }
}
