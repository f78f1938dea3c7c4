package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The JDK's types that travel on every worker, whatever is allowed. */
final class JdkTypes {
  private static final CodecRegistry REGISTRY = new CodecRegistry();
  private static final Set<String> NAMES = new HashSet<>();
  private static final Set<String> INTERNAL =
      Set.of("jdk.", "sun.", "com.sun.", "org.ietf.", "org.w3c.", "org.xml.");
  private static final Set<String> CONFIRMED = ConcurrentHashMap.newKeySet();

  static {
    JdkValues.register(REGISTRY);
    JdkNames.register(REGISTRY);
    JdkAtomics.register(REGISTRY);
    JdkTimes.register(REGISTRY);
    JdkCollections.register(REGISTRY);
    JdkMaps.register(REGISTRY);
    JdkImmutables.register(REGISTRY);
    PrimitiveArrayCodec.register(REGISTRY);
    ObjectArrayCodec.register(REGISTRY);
    BufferCodecs.register(REGISTRY);
    ReferenceCodecs.register(REGISTRY);
    FunctionCodec.register(REGISTRY);
    ThrowableCodec.register(REGISTRY);
    ShapedTag.register(REGISTRY);
    REGISTRY.byClass.keySet().forEach(each -> NAMES.add(each.getName()));
    NAMES.add(Number.class.getName());
    NAMES.add(Throwable.class.getName());
  }

  private JdkTypes() {}

  /** The codec behind a tag. */
  static TypeCodec codec(int tag) {
    TypeCodec codec = REGISTRY.byTag[tag];
    if (codec == null) {
      throw new MalformedException("no value begins with tag " + tag);
    }
    return codec;
  }

  /** The codec of a class of the JDK that is known by itself or as one of a family; else null. */
  static @Nullable TypeCodec find(Class<?> type) {
    TypeCodec codec = REGISTRY.byClass.get(type);
    if (codec != null) {
      return codec;
    }
    TypeCodec reference = ReferenceCodecs.find(type);
    if (reference != null) {
      return reference;
    }
    if (!isJdk(type)) {
      return null;
    }
    int family = familyTag(type);
    return family >= 0 ? codec(family) : SerialCodec.find(type);
  }

  /** Whether a class of this name is one of the JDK's that travel. */
  static boolean knows(String name) {
    return NAMES.contains(name)
        || CONFIRMED.contains(name)
        || Class.forPrimitiveName(name) != null
        || confirm(name);
  }

  /** Whether a class comes with the JDK. */
  @SuppressWarnings("ReferenceEquality") // loaders have no equals
  static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  /** The name of the primitive type with this descriptor; any other string as it is. */
  static String primitiveName(String descriptor) {
    return switch (descriptor) {
      case "Z" -> "boolean";
      case "B" -> "byte";
      case "S" -> "short";
      case "C" -> "char";
      case "I" -> "int";
      case "J" -> "long";
      case "F" -> "float";
      case "D" -> "double";
      default -> descriptor;
    };
  }

  // Enums, throwables and serializable classes are too many to list. They are loaded by a loader
  // that has only the JDK's classes, and not initialized.
  private static boolean confirm(String name) {
    boolean api = name.startsWith("java.") || name.startsWith("javax.");
    if (!api && INTERNAL.stream().noneMatch(name::startsWith)) {
      return false;
    }
    try {
      Class<?> type = Class.forName(name, false, ClassLoader.getPlatformClassLoader());
      boolean known =
          isJdk(type)
              && (Throwable.class.isAssignableFrom(type)
                  || (api && type.isEnum())
                  || SerialForm.of(type) != null);
      if (known) {
        CONFIRMED.add(name);
      }
      return known;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static int familyTag(Class<?> type) {
    if (ByteBuffer.class.isAssignableFrom(type)) {
      return Tags.BYTE_BUFFER;
    }
    if (MemorySegment.class.isAssignableFrom(type)) {
      return Tags.MEMORY_SEGMENT;
    }
    if (ZoneId.class.isAssignableFrom(type)) {
      return Tags.ZONE_REGION;
    }
    if (Charset.class.isAssignableFrom(type)) {
      return Tags.CHARSET;
    }
    if (TimeZone.class.isAssignableFrom(type)) {
      return Tags.TIME_ZONE;
    }
    if (type == FileSystems.getDefault().getPath("").getClass()
        && Path.class.isAssignableFrom(type)) {
      return Tags.PATH;
    }
    return -1;
  }
}
