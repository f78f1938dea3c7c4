package io.farref.codec;

import org.jspecify.annotations.Nullable;

/** Names of things in messages for people. */
final class DisplayNames {
  private static final int MAX_KEY = 40;

  private DisplayNames() {}

  /** The class of a value, by its full name. */
  static String of(Object value) {
    return value.getClass().getTypeName();
  }

  /** A class in a path: without its package. */
  static String simple(Class<?> type) {
    String name = type.getTypeName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** A map's key in a path. */
  static String ofKey(@Nullable Object key) {
    return switch (key) {
      case null -> "null";
      case String s when s.length() <= MAX_KEY -> '"' + s + '"';
      case String s -> '"' + s.substring(0, MAX_KEY) + "\u2026\"";
      case Number n when JdkTypes.isJdk(n.getClass()) -> n.toString();
      case Enum<?> e -> e.name();
      default -> simple(key.getClass());
    };
  }

  /** The first step of a path. */
  static String ofRoot(@Nullable Object root) {
    if (root == null) {
      return "null";
    }
    Class<?> type = root.getClass();
    return FunctionCodec.isLambda(type) ? "fn" : simple(type);
  }
}
