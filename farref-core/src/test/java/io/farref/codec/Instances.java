package io.farref.codec;

import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.*;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes instances of any class, with a state of their own, by its public ways to make them. */
@SuppressWarnings({"JdkObsolete", "JavaUtilDate", "UnnecessaryStringBuilder"}) // of anything
final class Instances {
  private static final int MOST_OF_A_CLASS = 12;
  private static final int DEEPEST = 2;
  private static final List<String> CHANGES =
      List.of("set", "add", "put", "push", "offer", "append", "initCause", "roll");

  private int seed;

  enum Rank {
    LOW,
    HIGH
  }

  /** An element of a DelayQueue. */
  record Due(int nanos) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Integer.compare(nanos, ((Due) other).nanos);
    }
  }

  /** Instances of a class: by its constructors and factories, as they are and changed. */
  List<Object> of(Class<?> type) {
    List<Object> made = new ArrayList<>();
    for (Executable way : ways(type)) {
      for (boolean changed : new boolean[] {false, true}) {
        if (made.size() < MOST_OF_A_CLASS) {
          Object object = call(way, null, 0);
          if (object != null && (way instanceof Method || object.getClass() == type)) {
            if (changed) {
              change(object);
            }
            made.add(object);
          }
        }
      }
    }
    return made;
  }

  private static List<Executable> ways(Class<?> type) {
    List<Executable> ways = new ArrayList<>();
    if (!Modifier.isAbstract(type.getModifiers())) {
      ways.addAll(List.of(type.getConstructors()));
    }
    for (Method method : type.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())
          && method.getDeclaringClass() == type
          && type.isAssignableFrom(method.getReturnType())) {
        ways.add(method);
      }
    }
    ways.sort(Comparator.comparing(Executable::toString));
    ways.sort(Comparator.comparingInt(way -> -way.getParameterCount()));
    return ways;
  }

  private void change(Object object) {
    Method[] methods = object.getClass().getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::toString));
    for (Method method : methods) {
      if (Modifier.isPublic(method.getDeclaringClass().getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() > 0
          && method.getParameterCount() <= 2
          && CHANGES.stream().anyMatch(method.getName()::startsWith)
          && !(object instanceof BlockingQueue<?> && method.getName().startsWith("put"))) {
        call(method, object, 1);
      }
    }
  }

  private @Nullable Object call(Executable way, @Nullable Object target, int depth) {
    Object[] arguments = new Object[way.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = value(way.getParameterTypes()[i], target, depth);
    }
    try {
      return way instanceof Constructor<?> constructor
          ? constructor.newInstance(arguments)
          : ((Method) way).invoke(target, arguments);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return null; // not a way to make one
    }
  }

  private @Nullable Object value(Class<?> type, @Nullable Object target, int depth) {
    int n = ++seed % 7 + 2;
    if (type == Object.class) {
      return target instanceof java.util.concurrent.DelayQueue<?> ? new Due(n) : "object" + n;
    }
    if (type == boolean.class) {
      return true;
    }
    if (type == char.class) {
      return (char) ('a' + n);
    }
    if (type == float.class) {
      return 0.5f;
    }
    if (type == double.class) {
      return n + 0.25;
    }
    if (type.isPrimitive()) {
      return ((Object[])
              Map.of(
                      int.class, new Object[] {n},
                      long.class, new Object[] {(long) n},
                      short.class, new Object[] {(short) n},
                      byte.class, new Object[] {(byte) n})
                  .get(type))
          [0];
    }
    if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), 2);
      for (int i = 0; i < 2; i++) {
        Object element = value(type.getComponentType(), target, depth);
        if (element != null) {
          Array.set(array, i, element);
        }
      }
      return array;
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[n % constants.length];
    }
    for (Object each : samples(n)) {
      if (type.isInstance(each)) {
        return each;
      }
    }
    if (depth < DEEPEST && !type.isInterface()) {
      for (Executable way : ways(type)) {
        Object made = call(way, null, depth + 1);
        if (made != null) {
          return made;
        }
      }
    }
    return null;
  }

  private static List<Object> samples(int n) {
    Calendar calendar = new GregorianCalendar(2020, Calendar.MARCH, n, 4, 5);
    return Arrays.asList(
        "text" + n,
        n,
        (long) n,
        n + 0.5,
        new ArrayList<>(List.of("b" + n, "a", "c")),
        new TreeMap<>(Map.of("k" + n, "v", "j", "w")),
        new TreeSet<>(List.of("s" + n, "r")),
        new ArrayDeque<>(List.of("d" + n)),
        new IOException("io" + n),
        new IllegalStateException("state" + n),
        new StackOverflowError("error" + n),
        String.CASE_INSENSITIVE_ORDER,
        Rank.class,
        Locale.CANADA_FRENCH,
        calendar,
        new Date(1000L * n),
        new SimpleTimeZone(19_800_000 + n, "HQ" + n),
        ZoneOffset.ofHoursMinutes(5, n),
        ZoneId.of("Asia/Tokyo"),
        Instant.ofEpochSecond(n, 5),
        Duration.ofMillis(n),
        LocalDate.of(2021, 5, n),
        LocalTime.of(n, 6),
        LocalDateTime.of(2021, 5, n, 6, 7),
        new BigDecimal("1.5" + n),
        BigInteger.valueOf(n),
        URI.create("x:y" + n),
        Path.of("p" + n),
        InetAddress.getLoopbackAddress(),
        (LongBinaryOperator & Serializable) (a, b) -> a + b,
        (DoubleBinaryOperator & Serializable) (a, b) -> a + b,
        new StringBuilder("builder" + n));
  }
}
