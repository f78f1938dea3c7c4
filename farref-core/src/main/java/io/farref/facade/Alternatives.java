package io.farref.facade;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Describes the methods that a class has in place of one that it lacks. */
final class Alternatives {
  private static final int MAX_SHOWN = 8;

  private final Class<?> type;
  private final Map<String, List<OwnedMethod>> methods;

  Alternatives(Class<?> type, Map<String, List<OwnedMethod>> methods) {
    this.type = type;
    this.methods = methods;
  }

  /**
   * The rest of the sentence that begins "C has no method m": its methods of the same name or, if
   * it has none, closed ones of that name and those with the nearest names.
   */
  String to(String name) {
    List<OwnedMethod> overloads = methods.getOrDefault(name, List.of());
    if (!overloads.isEmpty()) {
      return "; it has " + join(overloads.stream().map(OwnedMethod::toString).sorted().toList());
    }
    List<String> closed = closed(name);
    if (!closed.isEmpty()) {
      return "; not callable from outside: " + join(closed);
    }
    List<String> near =
        methods.keySet().stream()
            .filter(other -> isNear(name, other))
            .sorted(Comparator.<String>comparingInt(o -> distance(name, o)).thenComparing(o -> o))
            .flatMap(
                other ->
                    methods.getOrDefault(other, List.of()).stream()
                        .map(OwnedMethod::toString)
                        .sorted())
            .toList();
    if (!near.isEmpty()) {
      return "; nearest: " + join(near);
    }
    List<String> own =
        methods.values().stream()
            .flatMap(Collection::stream)
            .filter(OwnedMethod::isNotOfObject)
            .map(OwnedMethod::toString)
            .sorted()
            .toList();
    return own.isEmpty() ? "" : "; it has " + join(own);
  }

  private List<String> closed(String name) {
    return MethodTable.lineage(type).stream()
        .filter(declaring -> declaring != Object.class)
        .flatMap(declaring -> Arrays.stream(declaring.getDeclaredMethods()))
        .filter(method -> method.getName().equals(name) && !method.isSynthetic())
        .map(Alternatives::whyClosed)
        .distinct()
        .toList();
  }

  private static String whyClosed(Method method) {
    String reason;
    if (Modifier.isPrivate(method.getModifiers())) {
      reason = "private";
    } else if (Modifier.isStatic(method.getModifiers())) {
      reason = "static";
    } else {
      Class<?> declaring = method.getDeclaringClass();
      reason =
          declaring.getModule() + " does not open " + declaring.getPackageName() + " to Farref";
    }
    return OwnedMethod.erased(method) + " (" + reason + ")";
  }

  private static boolean isNear(String name, String other) {
    int allowed = Math.max(1, Math.min(name.length(), other.length()) / 3);
    return distance(name, other) <= allowed
        || name.equalsIgnoreCase(other)
        || (name.length() >= 3 && other.startsWith(name))
        || (other.length() >= 3 && name.startsWith(other));
  }

  /** Levenshtein's distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private static String join(List<String> shown) {
    String text = shown.stream().limit(MAX_SHOWN).collect(Collectors.joining(", "));
    int more = shown.size() - MAX_SHOWN;
    return more > 0 ? text + " and " + more + " more" : text;
  }
}
