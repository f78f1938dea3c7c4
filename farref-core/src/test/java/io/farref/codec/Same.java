package io.farref.codec;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares two objects by everything that their public methods tell: class, contents in their
 * order, getters, text. What the methods change, they change in both.
 */
final class Same {
  private static final int DEEPEST = 2;
  private static final Set<String> SKIPPED =
      Set.of(
          "hashCode",
          "getClass",
          "notify",
          "notifyAll",
          "wait",
          "clone",
          "iterator",
          "spliterator",
          "listIterator",
          "descendingIterator",
          "stream",
          "parallelStream",
          "elements",
          "keys",
          "take",
          "takeFirst",
          "takeLast",
          "toArray",
          "delete",
          "deleteOnExit",
          "createNewFile",
          "mkdir",
          "mkdirs",
          "fillInStackTrace",
          "printStackTrace",
          "lines",
          "chars",
          "codePoints",
          "instant",
          "millis",
          "getFreeSpace",
          "getUsableSpace",
          "getTotalSpace",
          "lastModified",
          "run",
          "close");

  /** What to call on an object of a class, in order: found once, since it takes long. */
  private static final Map<Class<?>, List<Method>> GETTERS = new ConcurrentHashMap<>();

  private final List<String> differences = new ArrayList<>();
  private final IdentityHashMap<Object, Object> pairs = new IdentityHashMap<>();

  private Same() {}

  /** What differs, as paths; empty if nothing does. */
  static List<String> differences(Object one, Object other) {
    Same same = new Same();
    same.compare("", one, other, 0);
    return same.differences;
  }

  private void compare(String path, @Nullable Object one, @Nullable Object other, int depth) {
    if (one == null || other == null) {
      check(path, one == other, one, other);
      return;
    }
    if (one == other) {
      return;
    }
    if (pairs.containsKey(one)) {
      check(path + " identity", pairs.get(one) == other, one, other);
      return;
    }
    if (one.getClass() != other.getClass()) {
      check(path + " class", functions(one, other), one.getClass(), other.getClass());
      return;
    }
    if (isValue(one)) {
      check(path, one.equals(other), one, other);
      return;
    }
    pairs.put(one, other);
    if (one.getClass().isArray()) {
      int length = Array.getLength(one);
      check(path + " length", length == Array.getLength(other), length, Array.getLength(other));
      for (int i = 0; i < Math.min(length, Array.getLength(other)); i++) {
        compare(path + "[" + i + "]", Array.get(one, i), Array.get(other, i), depth);
      }
      return;
    }
    if (isUnordered(one)) {
      compareUnordered(path, one, other);
      return;
    }
    if (one instanceof Map<?, ?> map) {
      compareAll(path, map.entrySet(), ((Map<?, ?>) other).entrySet(), depth);
    } else if (one instanceof Map.Entry<?, ?> entry) {
      compare(path + ".key", entry.getKey(), ((Map.Entry<?, ?>) other).getKey(), depth);
      compare(path + ".value", entry.getValue(), ((Map.Entry<?, ?>) other).getValue(), depth);
    } else if (one instanceof Collection<?> collection) {
      compareAll(path, collection, (Collection<?>) other, depth);
    }
    if (depth < DEEPEST) {
      compareGetters(path, one, other, depth);
    }
  }

  // Ordered by something that is of this JVM only, or by the size of a table that nobody can see.
  private static boolean isUnordered(Object object) {
    String name = object.getClass().getName();
    Class<?> above = object.getClass().getSuperclass();
    return above == HashMap.class && !(object instanceof LinkedHashMap)
        || above == HashSet.class && !(object instanceof LinkedHashSet)
        || above == Hashtable.class && !(object.getClass() == Properties.class)
        || above == Properties.class
        || object instanceof IdentityHashMap
        || object instanceof WeakHashMap
        || object instanceof ConcurrentHashMap
        || name.startsWith("java.util.ImmutableCollections$Map")
        || name.startsWith("java.util.ImmutableCollections$Set");
  }

  private void compareUnordered(String path, Object one, Object other) {
    List<String> mine = sorted(one);
    List<String> theirs = sorted(other);
    check(path, mine.equals(theirs), mine, theirs);
  }

  private static List<String> sorted(Object hashed) {
    Collection<?> all = hashed instanceof Map<?, ?> map ? map.entrySet() : (Collection<?>) hashed;
    return all.stream().map(each -> each + "").sorted().toList();
  }

  private void compareAll(String path, Collection<?> one, Collection<?> other, int depth) {
    Iterator<?> these = one.iterator();
    Iterator<?> those = other.iterator();
    for (int i = 0; these.hasNext() && those.hasNext(); i++) {
      compare(path + "[" + i + "]", these.next(), those.next(), depth);
    }
    check(path + " size", these.hasNext() == those.hasNext(), one.size(), other.size());
  }

  private void compareGetters(String path, Object one, Object other, int depth) {
    for (Method method : GETTERS.computeIfAbsent(one.getClass(), Same::getters)) {
      Object mine = call(method, one);
      Object theirs = call(method, other);
      if (method.getName().equals("toString") && String.valueOf(mine).contains("@")) {
        continue; // the identity of something
      }
      if (mine instanceof Iterator || mine instanceof java.util.stream.BaseStream) {
        continue;
      }
      compare(path + "." + method.getName() + "()", mine, theirs, depth + 1);
    }
  }

  private static List<Method> getters(Class<?> type) {
    List<Method> getters = new ArrayList<>();
    Method[] methods = type.getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::toString));
    for (Method method : methods) {
      if (method.getParameterCount() == 0
          && method.getReturnType() != void.class
          && !SKIPPED.contains(method.getName())) {
        Method callable = callable(method, type);
        if (callable != null) {
          getters.add(callable);
        }
      }
    }
    return getters;
  }

  // The method as a public and exported class or interface declares it.
  private static @Nullable Method callable(Method method, Class<?> type) {
    if (Modifier.isStatic(method.getModifiers())) {
      return null;
    }
    Deque<Class<?>> types = new ArrayDeque<>(List.of(type));
    while (!types.isEmpty()) {
      Class<?> each = types.poll();
      if (Modifier.isPublic(each.getModifiers())
          && each.getModule().isExported(each.getPackageName())) {
        try {
          return each.getMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
          // Declared elsewhere.
        }
      }
      if (each.getSuperclass() != null) {
        types.add(each.getSuperclass());
      }
      types.addAll(List.of(each.getInterfaces()));
    }
    return null;
  }

  private static @Nullable Object call(Method method, Object target) {
    try {
      return method.invoke(target);
    } catch (InvocationTargetException e) {
      return "threw " + e.getCause();
    } catch (IllegalAccessException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isValue(Object object) {
    return object instanceof String
        || object instanceof Number && object.getClass().getPackageName().equals("java.lang")
        || object instanceof Boolean
        || object instanceof Character
        || object instanceof Class<?>
        || object instanceof Enum<?>
        || object instanceof StackTraceElement;
  }

  // Each JVM, and each deserialization, has a class of its own for a lambda.
  private static boolean functions(Object one, Object other) {
    return one.getClass().isHidden() && other.getClass().isHidden();
  }

  private void check(String what, boolean same, @Nullable Object one, @Nullable Object other) {
    if (!same) {
      differences.add(what + ": " + text(one) + " became " + text(other));
    }
  }

  private static String text(@Nullable Object object) {
    try {
      return String.valueOf(object);
    } catch (RuntimeException e) {
      return "(toString threw " + e + ")";
    }
  }
}
