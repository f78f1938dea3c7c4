package io.farref.facade;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The conversions of the Java language: widening, boxing, unboxing. */
final class Conversions {
  private static final List<Class<?>> PRIMITIVES =
      List.of(
          boolean.class,
          byte.class,
          short.class,
          char.class,
          int.class,
          long.class,
          float.class,
          double.class);
  private static final List<Class<?>> WRAPPERS =
      List.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class);

  private Conversions() {}

  /** The wrapper class of a primitive type other than {@code void}. */
  static Class<?> wrapper(Class<?> primitive) {
    return WRAPPERS.get(PRIMITIVES.indexOf(primitive));
  }

  /** The primitive type inside a wrapper class; null for any other class. */
  static @Nullable Class<?> unwrapped(Class<?> type) {
    int index = WRAPPERS.indexOf(type);
    return index < 0 ? null : PRIMITIVES.get(index);
  }

  /** Whether one primitive type is another or widens to it (JLS 5.1.2). */
  static boolean widens(Class<?> from, Class<?> to) {
    if (from == to) {
      return true;
    }
    if (from == boolean.class || to == boolean.class || to == char.class) {
      return false;
    }
    if (from == char.class) {
      return PRIMITIVES.indexOf(to) >= PRIMITIVES.indexOf(int.class);
    }
    return PRIMITIVES.indexOf(from) < PRIMITIVES.indexOf(to);
  }

  /**
   * Whether a method that returns {@code actual} may stand behind one that returns {@code wanted}.
   * Returns false only where no result could ever be converted; two reference types are compared
   * when the result arrives.
   *
   * @param wanted the name of a type, or empty for any
   */
  static boolean canReturn(Class<?> actual, String wanted) {
    if (wanted.isEmpty() || wanted.equals("void")) {
      return true;
    }
    Class<?> primitive = Class.forPrimitiveName(wanted);
    if (actual == void.class) {
      return primitive == null;
    }
    if (primitive == null) {
      return !actual.isPrimitive() || isSupertypeOf(wrapper(actual), wanted);
    }
    if (actual.isPrimitive()) {
      return widens(actual, primitive);
    }
    if (CompletionStage.class.isAssignableFrom(actual)
        || actual.isAssignableFrom(CompletableFuture.class)) {
      return true;
    }
    for (Class<?> source : PRIMITIVES) {
      if (widens(source, primitive) && actual.isAssignableFrom(wrapper(source))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Converts the result of a method to the return type of a facade's method.
   *
   * @throws ClassCastException if it cannot be converted; the message names both
   * @throws NullPointerException if it is null and a primitive is wanted
   */
  static @Nullable Object toReturnType(@Nullable Object value, Class<?> type, Object method) {
    if (type == void.class) {
      return null;
    }
    if (!type.isPrimitive()) {
      if (value == null || type.isInstance(value)) {
        return value;
      }
      throw mismatch(value, type, method);
    }
    if (value == null) {
      throw new NullPointerException(method + " returned null where " + type + " is wanted");
    }
    if (wrapper(type).isInstance(value)) {
      return value;
    }
    Class<?> from = unwrapped(value.getClass());
    if (from == null || !widens(from, type)) {
      throw mismatch(value, type, method);
    }
    Number number = value instanceof Character c ? Integer.valueOf(c) : (Number) value;
    if (type == short.class) {
      return number.shortValue();
    } else if (type == int.class) {
      return number.intValue();
    } else if (type == long.class) {
      return number.longValue();
    } else if (type == float.class) {
      return number.floatValue();
    } else {
      return number.doubleValue();
    }
  }

  /** The class called {@code name} among a class and all it extends and implements. */
  static @Nullable Class<?> supertype(Class<?> type, String name) {
    if (type.getTypeName().equals(name)) {
      return type;
    }
    if (type.isArray()) {
      return arraySupertype(type, name);
    }
    for (Class<?> parent : type.getInterfaces()) {
      Class<?> found = supertype(parent, name);
      if (found != null) {
        return found;
      }
    }
    Class<?> parent = type.getSuperclass();
    return parent == null ? null : supertype(parent, name);
  }

  /** An array is also an array of each supertype of its components, and an Object. */
  private static @Nullable Class<?> arraySupertype(Class<?> type, String name) {
    Class<?> component = type.getComponentType();
    if (name.endsWith("[]") && !component.isPrimitive()) {
      Class<?> found = supertype(component, name.substring(0, name.length() - 2));
      if (found == null && name.equals("java.lang.Object[]")) {
        found = Object.class;
      }
      return found == null ? null : found.arrayType();
    }
    for (Class<?> parent : List.of(Object.class, Cloneable.class, java.io.Serializable.class)) {
      if (parent.getName().equals(name)) {
        return parent;
      }
    }
    return null;
  }

  private static boolean isSupertypeOf(Class<?> type, String name) {
    return supertype(type, name) != null;
  }

  private static ClassCastException mismatch(Object value, Class<?> type, Object method) {
    return new ClassCastException(
        method
            + " returned a "
            + value.getClass().getTypeName()
            + ", which is no "
            + type.getTypeName());
  }
}
