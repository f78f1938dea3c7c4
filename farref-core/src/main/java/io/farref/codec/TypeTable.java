package io.farref.codec;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.ValueCodec;
import java.lang.invoke.MethodHandleInfo;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How each class travels on one worker. Thread-safe; each class is examined once. */
final class TypeTable {
  private final AllowList allow;
  private final ClassLoader loader;
  private final Map<String, ValueCodec<?>> custom = new HashMap<>();
  private final Map<String, Class<?>> ours = new HashMap<>(WireNames.api());
  private final Function<byte[], Symbol> resolver = this::resolve;
  private final ClassValue<TypeCodec> codecs =
      new ClassValue<>() {
        @Override
        protected TypeCodec computeValue(Class<?> type) {
          return find(type);
        }
      };

  TypeTable(AllowList allow, Collection<? extends ValueCodec<?>> codecs, ClassLoader loader) {
    this.allow = allow;
    this.loader = loader;
    for (ValueCodec<?> each : codecs) {
      ValueCodec<?> other = custom.put(each.type().getName(), each);
      if (other != null) {
        throw new IllegalArgumentException(
            "two codecs for " + each.type().getName() + ": " + other + " and " + each);
      }
      if (each instanceof LibraryCodec<?> library
          && ours.put(library.wireName(), library.type()) != null) {
        throw new IllegalArgumentException("two types are called " + library.wireName());
      }
    }
  }

  /** The codec of a class; one that throws, if its instances cannot travel. */
  TypeCodec get(Class<?> type) {
    return codecs.get(type);
  }

  /** Resolves definitions of symbols. */
  Function<byte[], Symbol> resolver() {
    return resolver;
  }

  /** The definition of a class as a value. */
  byte[] literal(Class<?> type) {
    if (type.isHidden()) {
      throw Unsendable.noEncoding("class " + type.getName(), "it is hidden: no other JVM has it");
    }
    if (!allowsNaming(type.getName())) {
      throw Unsendable.refused("class " + type.getName(), Errors.notAllowed(type.getName()));
    }
    Output out = new Output(64);
    out.writeByte(Symbol.CLASS);
    out.writeUtf8(WireNames.encode(type.getName()));
    if (NamedByPlace.isClass(type)) {
      out.writeLong(
          Fingerprints.of(NamedByPlace.elementOf(type))
              .orElseThrow(() -> withoutClassFile("class " + type.getName())));
    }
    return out.toByteArray();
  }

  /** The class of this name; null if there is none or it may not be named. */
  @Nullable Class<?> find(String name) {
    return allowsNaming(name) ? loadIfPresent(name) : null;
  }

  private TypeCodec find(Class<?> type) {
    ValueCodec<?> own = custom.get(type.getName());
    if (own != null && own.type() == type) {
      return new CustomCodec<>(own);
    }
    TypeCodec known = JdkTypes.find(type);
    if (known != null) {
      return known;
    }
    if (type.isArray()) {
      return JdkTypes.codec(Tags.ARRAY);
    }
    if (Proxy.isProxyClass(type)) {
      return ProxyCodec.INSTANCE;
    }
    if (FunctionCodec.isLambda(type)) {
      return FunctionCodec.of(type, allow);
    }
    Class<?> named = Enum.class.isAssignableFrom(type) ? EnumCodec.declaring(type) : type;
    boolean throwable = Throwable.class.isAssignableFrom(type);
    if (!WireNames.has(named) && !allow.allows(named.getName())) {
      String advice =
          JdkTypes.isJdk(type)
              ? UnsupportedTypeAdvice.about(type)
              : UnsupportedTypeAdvice.aboutKind(type);
      return forbidden(
          type,
          () ->
              advice != null
                  ? Unsendable.noEncoding(type.getTypeName(), advice)
                  : Unsendable.refused(type.getTypeName(), Errors.notAllowed(named.getName())));
    }
    if (type.isHidden()) {
      return forbidden(
          type,
          () ->
              Unsendable.noEncoding(
                  type.getTypeName(), "its class is hidden: no other JVM has it; use a named one"));
    }
    if (NamedByPlace.isClass(named) && Fingerprints.of(named).isEmpty()) {
      return forbidden(type, () -> withoutClassFile(type.getTypeName()));
    }
    if (throwable) {
      return ThrowableCodec.of(type);
    }
    return shaped(type);
  }

  private static TypeCodec shaped(Class<?> type) {
    try {
      if (Enum.class.isAssignableFrom(type)) {
        return EnumCodec.of(EnumCodec.declaring(type));
      }
      return type.isRecord() ? RecordCodec.of(type) : ObjectCodec.of(type);
    } catch (Unsendable e) {
      return new ForbiddenCodec(e::again);
    } catch (InaccessibleObjectException e) {
      return new ForbiddenCodec(
          () -> Unsendable.noEncoding(type.getTypeName(), Errors.notOpen(type)));
    }
  }

  private static TypeCodec forbidden(
      Class<?> type, java.util.function.Supplier<Unsendable> problem) {
    return Throwable.class.isAssignableFrom(type)
        ? ThrowableCodec.textOnly(type, problem)
        : new ForbiddenCodec(problem);
  }

  private static Unsendable withoutClassFile(String what) {
    return Unsendable.noEncoding(
        what,
        "its name says only where it is in the source, and its class loader does not provide the"
            + " class file, so the receiver could not know that it has the same; use a class with a"
            + " name of its own");
  }

  private boolean allows(String className) {
    return custom.containsKey(className) || allow.allows(className);
  }

  private boolean allowsNaming(String className) {
    return custom.containsKey(className) || allow.allowsNaming(className);
  }

  // ---- the receiving side: nothing is loaded before its name was checked

  private Symbol resolve(byte[] definition) {
    Input in = new Input(definition);
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case Symbol.TYPE -> resolveType(in);
      case Symbol.CLASS -> resolveLiteral(in);
      case Symbol.FUNCTION -> resolveFunction(FunctionDefinition.read(in));
      case Symbol.TEXT -> new Symbol.Text(Strings.read(in, io.farref.Limits.DEFAULT));
      default -> throw new MalformedException("a symbol of kind " + kind);
    };
  }

  private Symbol resolveType(Input in) {
    String name = in.readUtf8();
    int tag = in.readUnsignedByte();
    int count = in.readCount(1);
    List<String> shape = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      shape.add(in.readUtf8());
    }
    Class<?> type = ours.get(name);
    if (type == null) {
      if (WireNames.isOurs(name)) {
        return unusable(name, true, "this worker's build of Farref knows no type " + name);
      }
      if (!allows(name)) {
        return unusable(name, true, Errors.notAllowed(name));
      }
      try {
        type = load(name);
      } catch (ClassNotFoundException | LinkageError e) {
        return unusable(
            name,
            false,
            "class "
                + name
                + " cannot be loaded on this worker ("
                + e
                + "); both sides need it on their class path");
      }
    }
    TypeCodec found;
    try {
      found = Tags.isSerial(tag) && JdkTypes.isJdk(type) ? SerialCodec.find(type) : get(type);
    } catch (LinkageError e) {
      return unusable(name, false, Errors.unusable(name, e));
    }
    if (!(found instanceof ShapedCodec codec)) {
      return unusable(name, true, "instances of " + name + " cannot travel to this worker");
    }
    if (!codec.wireName().equals(name)) {
      return unusable(name, true, "class " + name + " travels under a name of its own");
    }
    List<String> differences = codec.differences(tag, shape);
    if (!differences.isEmpty()) {
      return unusable(
          name,
          true,
          "class "
              + type.getName()
              + " differs between the sender and this worker, "
              + String.join("; ", differences)
              + "; run the same build on both");
    }
    return new Symbol.Type(type.getName(), codec, null);
  }

  private static Symbol unusable(String name, boolean refused, String message) {
    return new Symbol.Type(name, null, new Symbol.Problem(refused, message));
  }

  private Symbol resolveLiteral(Input in) {
    String name = WireNames.decode(in.readUtf8());
    Class<?> primitive = Class.forPrimitiveName(name);
    Class<?> type = primitive != null ? primitive : loadNamed(name);
    long there = in.remaining() == 0 ? 0 : in.readLong();
    if (there != 0 || NamedByPlace.isClass(type)) {
      checkFingerprint(there, List.of(NamedByPlace.elementOf(type)));
    }
    return new Symbol.Literal(type);
  }

  private Symbol resolveFunction(FunctionDefinition definition) {
    String capturingName = definition.capturingName();
    if (JdkFunctions.has(definition)) {
      return new Symbol.Function(
          new FunctionBuilder(definition, JdkFunctions.capturing(capturingName), null));
    }
    boolean code = NamedByPlace.isCode(definition, this::program);
    boolean implAllowed = allow.allowsByName(definition.implName());
    boolean capturingAllowed = allow.allowsByName(capturingName);
    if (!capturingAllowed && (code || !implAllowed)) {
      throw Errors.refused(Errors.notAllowed(capturingName));
    }
    Class<?> capturing = program(capturingName);
    if (code && capturing == null) {
      throw Errors.refused(
          "class "
              + capturingName
              + ", whose lambda was sent, is not on the class path of this"
              + " worker; run the same build on both");
    }
    List<Class<?>> classes = NamedByPlace.classes(definition, code, this::program);
    if (!classes.isEmpty() || definition.fingerprint() != 0) {
      checkFingerprint(definition.fingerprint(), classes);
    }
    return new Symbol.Function(
        new FunctionBuilder(
            definition, capturing, implAllowed && !code ? () -> byName(definition) : null));
  }

  /** A class whose methods may be called by name, if it is here. */
  private @Nullable Class<?> program(String name) {
    return allow.allowsByName(name) ? loadIfPresent(name) : null;
  }

  private static void checkFingerprint(long there, List<Class<?>> classes) {
    long here = classes.isEmpty() ? 0 : Fingerprints.of(classes).orElse(0);
    if (here == 0 || here != there) {
      String names =
          classes.isEmpty()
              ? "the class of a function"
              : "class " + String.join(" or class ", classes.stream().map(Class::getName).toList());
      throw Errors.refused(
          names
              + " differs between the sender and this worker (the class files, with those of"
              + " anonymous and local classes in them, have the fingerprints "
              + Long.toHexString(there)
              + " and "
              + Long.toHexString(here)
              + "), so what has no name of its own, such as a lambda, is not run; run the same"
              + " build on both, or send a reference to a named method");
    }
  }

  private NamedFunction.Factory byName(FunctionDefinition definition) {
    if (definition.implKind() < MethodHandleInfo.REF_invokeVirtual
        || definition.implKind() > MethodHandleInfo.REF_invokeInterface) {
      throw new MalformedException("a function of kind " + definition.implKind());
    }
    List<Class<?>> interfaces = new ArrayList<>();
    interfaces.add(loadNamed(definition.type().replace('/', '.')));
    definition.markers().forEach(marker -> interfaces.add(loadNamed(marker)));
    for (Class<?> each : interfaces) {
      if (!each.isInterface()) {
        throw new MalformedException(each.getName() + " is not an interface");
      }
    }
    return NamedFunction.Factory.of(
        definition,
        loadNamed(definition.implName()),
        interfaces,
        declaring -> allow.allowsByName(declaring.getName()));
  }

  private Class<?> loadNamed(String name) {
    if (!allowsNaming(name)) {
      throw Errors.refused(Errors.notAllowed(name));
    }
    return Objects.requireNonNullElseGet(
        loadIfPresent(name),
        () -> {
          throw Errors.encoding(
              "class "
                  + name
                  + " cannot be loaded on this worker; both sides need it on their"
                  + " class path");
        });
  }

  private @Nullable Class<?> loadIfPresent(String name) {
    try {
      return load(name);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  private Class<?> load(String name) throws ClassNotFoundException {
    ValueCodec<?> own = custom.get(name);
    return own != null ? own.type() : Class.forName(name, false, loader);
  }
}
