package io.farref;

import java.util.Set;

/** Classes through whose methods a caller can reach every class of a JVM. */
final class Reflective {
  private static final Set<String> PACKAGES =
      Set.of("java.lang.reflect", "java.lang.invoke", "java.lang.module", "javax.script");

  private Reflective() {}

  static boolean is(Class<?> type) {
    return type == Class.class
        || type == Module.class
        || ClassLoader.class.isAssignableFrom(type)
        || PACKAGES.contains(type.getPackageName());
  }
}
