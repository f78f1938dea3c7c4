package io.farref.codec;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what has a name of its own from what a compiler has named by its place in the source:
 * lambda expressions, closures, anonymous and local classes. Such a name may mean something else in
 * another build, so what has one travels with the {@linkplain Fingerprints fingerprint} of its
 * class file.
 *
 * <p>Goes by what compilers have in common, not by a list of them.
 */
final class NamedByPlace {
  private NamedByPlace() {}

  /** Whether a class, or the class of an array's elements, is named by its place. */
  static boolean isClass(Class<?> type) {
    Class<?> element = elementOf(type);
    String name = element.getName();
    String[] parts = name.substring(name.lastIndexOf('.') + 1).split("\\$");
    boolean numbered = false;
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (!part.isEmpty()) {
        boolean ends = isDigit(part.charAt(part.length() - 1));
        if (isDigit(part.charAt(0)) || (ends && part.startsWith("_"))) {
          return true; // App$1, App$1Local, App$_run_closure1
        }
        numbered |= ends;
      }
    }
    if (element.isSynthetic()) {
      return true;
    }
    try {
      Class<?> outer = element.getEnclosingClass();
      return element.isAnonymousClass()
          || element.isLocalClass()
          || (numbered && outer == null)
          || (outer != null && isClass(outer));
    } catch (LinkageError e) {
      return false; // an outer class is missing or does not know it: the name has told all
    }
  }

  /** The class of an array's elements; another class as it is. */
  static Class<?> elementOf(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }

  /** Whether a method has a name that compilers make, and people by mistake. */
  static boolean isMethodName(String name) {
    return name.indexOf('$') >= 0;
  }

  /** Whether a method was not written under its name. */
  static boolean isMethod(Method method) {
    return isMethodName(method.getName()) || (method.isSynthetic() && !method.isBridge());
  }

  /**
   * Whether the code of a function is a method that is named by its place, as that of a lambda
   * expression is.
   *
   * @param find gives the class of a name; null if it is not here or not allowed
   */
  static boolean isCode(
      FunctionDefinition function, Function<String, ? extends @Nullable Class<?>> find) {
    if (isMethodName(function.implMethod())) {
      return true;
    }
    Class<?> impl = find.apply(function.implName());
    try {
      return impl != null
          && NamedFunction.Factory.find(function, impl) instanceof Method method
          && isMethod(method);
    } catch (LinkageError e) {
      return false; // a class in a signature is missing: the name has told all
    }
  }

  /**
   * The classes that must be the same on both sides for a function to be the same: none if all that
   * it names has a name of its own.
   *
   * @param code whether its {@linkplain #isCode code} is named by its place
   * @param find gives the class of a name; null if it is not here or not allowed
   */
  static List<Class<?>> classes(
      FunctionDefinition function,
      boolean code,
      Function<String, ? extends @Nullable Class<?>> find) {
    Set<Class<?>> found = new LinkedHashSet<>();
    if (code) {
      add(found, find.apply(function.capturingName()), true);
    }
    add(found, find.apply(function.implName()), code);
    add(found, find.apply(function.type().replace('/', '.')), false);
    function.markers().forEach(marker -> add(found, find.apply(marker), false));
    return new ArrayList<>(found);
  }

  private static void add(Set<Class<?>> found, @Nullable Class<?> type, boolean always) {
    if (type != null && (always || isClass(type))) {
      found.add(type);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
