package io.farref.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.SerializedLambda;
import java.util.Comparator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The comparators that the JDK makes of lambda expressions of its own, such as {@code
 * Comparator.comparing(...)}. They are serializable by contract: the JDK promises to know its
 * lambdas by their names again, so they need no fingerprint.
 *
 * <p>Their classes are closed to us. The factory through which the JDK serves libraries for
 * serialization makes handles of the same methods that a program's own lambdas have.
 */
final class JdkFunctions {
  private static final String COMPARATOR = slashed(Comparator.class.getName());

  /** All classes of the JDK with serializable lambdas, as class files name them. */
  private static final Set<String> CAPTURING =
      Set.of(
          COMPARATOR,
          "java/util/Map$Entry",
          "java/util/TreeMap$EntrySpliterator",
          "java/util/concurrent/ConcurrentSkipListMap$EntrySpliterator",
          "java/time/chrono/ChronoLocalDate",
          "java/time/chrono/ChronoLocalDateTime",
          "java/time/chrono/ChronoZonedDateTime");

  private JdkFunctions() {}

  /** Whether a function is one of them. */
  static boolean has(FunctionDefinition function) {
    return CAPTURING.contains(function.capturingClass())
        && function.implClass().equals(function.capturingClass())
        && function.type().equals(COMPARATOR);
  }

  /** Whether a class makes some of them. */
  static boolean isCapturing(String className) {
    return CAPTURING.contains(slashed(className));
  }

  /** The class that makes them, of this name. */
  static Class<?> capturing(String className) {
    try {
      return Class.forName(className);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("every Java platform has " + className, e);
    }
  }

  /** The method by which a lambda of this class describes itself; null if it has none. */
  static @Nullable MethodHandle writeReplace(Class<?> type) {
    return Serializable.class.isAssignableFrom(type)
        ? handle("writeReplaceForSerialization", type)
        : null;
  }

  /** The method that makes a lambda from a description. */
  static @Nullable MethodHandle deserialize() {
    return handle("readResolveForSerialization", SerializedLambda.class);
  }

  // By name, since the compiler warns of every class in the module jdk.unsupported.
  private static @Nullable MethodHandle handle(String maker, Class<?> type) {
    try {
      Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
      Object made = factory.getMethod("getReflectionFactory").invoke(null);
      return (MethodHandle) factory.getMethod(maker, Class.class).invoke(made, type);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static String slashed(String className) {
    return className.replace('.', '/');
  }
}
