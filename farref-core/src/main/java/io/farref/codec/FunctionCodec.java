package io.farref.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lambda expressions and method references: a symbol for the function, then its captured values.
 * One codec for each place in the code where one is made, since each has a class of its own.
 */
final class FunctionCodec extends TypeCodec {
  private static final MethodType DESCRIBES = MethodType.methodType(Object.class, Object.class);

  private final Class<?> type;
  private final AllowList allow;
  private final MethodHandle writeReplace;
  private volatile @Nullable FunctionDefinition definition;
  private volatile @Nullable CapturedValues captured;
  private final Supplier<byte[]> definitionBytes = this::definitionBytes;

  private FunctionCodec(Class<?> type, AllowList allow, MethodHandle writeReplace) {
    super(Tags.FUNCTION, Identity.LATE);
    this.type = type;
    this.allow = allow;
    this.writeReplace = writeReplace;
  }

  static void register(CodecRegistry r) {
    r.add(new Reader());
  }

  /** Whether a class is that of a lambda expression or method reference. */
  static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.isSynthetic() && type.getName().contains("$$Lambda");
  }

  /** Makes the codec of a lambda's class. */
  static TypeCodec of(Class<?> type, AllowList allow) {
    MethodHandle handle;
    try {
      if (JdkFunctions.isCapturing(host(type))) {
        handle = JdkFunctions.writeReplace(type);
        if (handle == null) {
          return new ForbiddenCodec(() -> notSerializable(type));
        }
      } else {
        Method method = type.getDeclaredMethod("writeReplace");
        method.setAccessible(true);
        handle = MethodHandles.lookup().unreflect(method);
      }
      return new FunctionCodec(type, allow, handle.asType(DESCRIBES));
    } catch (NoSuchMethodException e) {
      return new ForbiddenCodec(() -> notSerializable(type));
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      return new ForbiddenCodec(
          () ->
              Unsendable.noEncoding(
                  "a function of " + host(type),
                  "its module does not show it; write the lambda in a class of your own"));
    }
  }

  @Override
  void write(Encoder out, Object value) {
    out.functionFollows();
    FunctionDefinition known = definition;
    if (known != null && known.captured() == 0) {
      out.writeSymbol(type, definitionBytes);
      return;
    }
    CapturedValues fields = captured;
    if (known != null && fields != null) {
      out.writeSymbol(type, definitionBytes);
      for (int i = 0; i < known.captured(); i++) {
        writeCaptured(out, i, get(fields, value, i));
      }
      return;
    }
    SerializedLambda lambda = open(value);
    if (known == null) {
      known = define(lambda);
      captured = agreeing(lambda, value);
    }
    out.writeSymbol(type, definitionBytes);
    for (int i = 0; i < known.captured(); i++) {
      writeCaptured(out, i, lambda.getCapturedArg(i));
    }
  }

  private @Nullable Object get(CapturedValues fields, Object value, int index) {
    try {
      return fields.get(value, index);
    } catch (Throwable e) {
      throw Unsendable.failed("a function of " + host(type), "its fields cannot be read", e);
    }
  }

  /** How to read the fields, if their values are those by which the lambda describes itself. */
  private @Nullable CapturedValues agreeing(SerializedLambda lambda, Object value) {
    CapturedValues fields = CapturedValues.of(type, lambda.getCapturedArgCount());
    for (int i = 0; fields != null && i < lambda.getCapturedArgCount(); i++) {
      Object described = lambda.getCapturedArg(i);
      Object read = get(fields, value, i);
      boolean same = described == read || (isBox(described) && described.equals(read));
      fields = same ? fields : null;
    }
    return fields;
  }

  @Override
  Object read(Decoder in, int id) {
    throw new AssertionError("read through its tag");
  }

  private static boolean isBox(@Nullable Object value) {
    return value instanceof Number || value instanceof Boolean || value instanceof Character;
  }

  /** Writes one captured value. */
  static void writeCaptured(Encoder out, int index, @Nullable Object value) {
    try {
      out.write(value);
    } catch (Unsendable e) {
      throw e.at(" -> fn.captured[" + index + "]");
    }
  }

  private SerializedLambda open(Object value) {
    try {
      return (SerializedLambda) (Object) writeReplace.invokeExact(value);
    } catch (Throwable e) {
      throw Unsendable.failed("a function of " + host(type), "it does not describe itself", e);
    }
  }

  private FunctionDefinition define(SerializedLambda lambda) {
    List<String> markers =
        Arrays.stream(type.getInterfaces())
            .filter(each -> each != Serializable.class)
            .map(Class::getName)
            .filter(name -> !name.replace('.', '/').equals(lambda.getFunctionalInterfaceClass()))
            .toList();
    FunctionDefinition made = FunctionDefinition.of(lambda, markers);
    if (!JdkFunctions.has(made)) {
      boolean code = NamedByPlace.isCode(made, this::find);
      String capturing = made.capturingName();
      if (!allow.allowsByName(capturing) && (code || !allow.allowsByName(made.implName()))) {
        throw Unsendable.refused(
            code ? "a lambda of " + capturing : made.describe(), Errors.notAllowed(capturing));
      }
      made = made.withFingerprint(fingerprint(made, code));
    }
    definition = made;
    return made;
  }

  private @Nullable Class<?> find(String name) {
    try {
      return allow.allowsByName(name) ? Class.forName(name, false, type.getClassLoader()) : null;
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  private long fingerprint(FunctionDefinition made, boolean code) {
    if (code && find(made.capturingName()) == null) {
      throw Unsendable.noEncoding(made.describe(), "its class is not found by its loader");
    }
    List<Class<?>> classes = NamedByPlace.classes(made, code, this::find);
    if (classes.isEmpty()) {
      return 0;
    }
    return Fingerprints.of(classes)
        .orElseThrow(
            () ->
                Unsendable.noEncoding(
                    made.describe(),
                    "its class loader does not provide the class file, so the receiver could not"
                        + " know that it runs the same build; send a reference to a named method"
                        + " instead"));
  }

  private byte[] definitionBytes() {
    FunctionDefinition known = definition;
    if (known == null) {
      throw new AssertionError("not defined yet");
    }
    return known.toBytes();
  }

  private static Unsendable notSerializable(Class<?> type) {
    String kinds =
        String.join(", ", Arrays.stream(type.getInterfaces()).map(DisplayNames::simple).toList());
    Class<?> kind = type.getInterfaces()[0];
    String cast = DisplayNames.simple(kind) + (kind.getTypeParameters().length > 0 ? "<...>" : "");
    return Unsendable.noEncoding(
        "a function of " + host(type) + " (" + kinds + ")",
        "its interface is not Serializable; cast it where it is written, as in ("
            + cast
            + " & Serializable) x -> ..., or use an interface that extends Serializable, such as"
            + " RemoteFunction");
  }

  private static String host(Class<?> type) {
    String name = type.getName();
    return name.substring(0, name.indexOf("$$Lambda"));
  }

  /** Reads functions of all kinds. */
  private static final class Reader extends TypeCodec {
    Reader() {
      super(Tags.FUNCTION, Identity.LATE);
    }

    @Override
    void write(Encoder out, Object value) {
      throw new AssertionError("only reads");
    }

    @Override
    Object read(Decoder in, int id) {
      boolean called = in.takeFunction();
      if (!called) {
        in.message.hasFunction();
      }
      FunctionBuilder builder = in.readSymbol(Symbol.Function.class).builder();
      if (called) {
        builder.admit(in);
      }
      Object same = builder.withoutCaptured();
      if (same != null) {
        return same;
      }
      return in.build(id, in.readElements(builder.captured()), builder.fromCaptured());
    }
  }
}
