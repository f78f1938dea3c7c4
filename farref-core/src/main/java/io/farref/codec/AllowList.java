package io.farref.codec;

import io.farref.RpcException;
import java.util.Collection;
import java.util.List;

/**
 * The classes that may travel: those of some packages, and those of the JDK that the codec itself
 * knows. Classes are checked by name, before any is loaded. Immutable, thread-safe.
 */
public final class AllowList {
  private static final String API = RpcException.class.getPackageName() + ".";

  private final List<String> prefixes;
  private final boolean unnamedPackage;

  /**
   * Makes one.
   *
   * @param packagePrefixes {@code com.acme} allows the classes of {@code com.acme} and of its
   *     subpackages, not those of {@code com.acmeother}
   * @param unnamedPackage whether classes without a package are allowed
   */
  public AllowList(Collection<String> packagePrefixes, boolean unnamedPackage) {
    for (String prefix : packagePrefixes) {
      if (prefix.isBlank()) {
        throw new IllegalArgumentException("an empty package prefix would allow everything");
      }
    }
    this.prefixes = List.copyOf(packagePrefixes);
    this.unnamedPackage = unnamedPackage;
  }

  /**
   * Whether instances of a class may travel. Loads no class of an application.
   *
   * @param className the binary name, as {@link Class#getName} returns it; an array is allowed if
   *     its elements are
   */
  public boolean allows(String className) {
    String name = elementName(className);
    return allowsByName(name) || JdkTypes.knows(name);
  }

  /** Whether a class may be named, without an instance of it: as a type of elements, or itself. */
  boolean allowsNaming(String className) {
    String name = elementName(className);
    return name.startsWith("java.") || isOurs(name) || allows(name);
  }

  // The interfaces that programs use: functions, references, peers.
  private static boolean isOurs(String name) {
    return name.startsWith(API) && name.indexOf('.', API.length()) < 0;
  }

  /** Whether methods of a class may be called by name: it is one of the application's. */
  boolean allowsByName(String name) {
    if (unnamedPackage && name.indexOf('.') < 0) {
      return true;
    }
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)
          && (name.length() == prefix.length() || isBoundary(name.charAt(prefix.length())))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBoundary(char c) {
    return c == '.' || c == '$';
  }

  private static String elementName(String className) {
    if (!className.startsWith("[")) {
      return className;
    }
    int dimensions = className.lastIndexOf('[') + 1;
    String element = className.substring(dimensions);
    return element.startsWith("L") && element.endsWith(";")
        ? element.substring(1, element.length() - 1)
        : JdkTypes.primitiveName(element);
  }
}
