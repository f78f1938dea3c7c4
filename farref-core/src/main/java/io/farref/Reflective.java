package io.farref;

import java.util.Set;

/** What leads from one value to all that a JVM can do. */
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
