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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes instances of any class, with a state of their own, by its public ways to make them. */
@SuppressWarnings({"JdkObsolete", "JavaUtilDate", "UnnecessaryStringBuilder"}) // of anything
final class Instances {
  private static final int MOST_OF_A_CLASS = 12;
  private static final int DEEPEST = 2;
  private static final List<String> CHANGES =
      List.of("set", "add", "put", "push", "offer", "append", "initCause", "roll");

  /** Values that a parameter may take; each makes a new one. */
  private static final List<IntFunction<Object>> SAMPLES =
      List.of(
          n -> "text" + n,
          n -> n,
          n -> (long) n,
          n -> n + 0.5,
          n -> new ArrayList<>(List.of("b" + n, "a", "c")),
          n -> new TreeMap<>(Map.of("k" + n, "v", "j", "w")),
          n -> new TreeSet<>(List.of("s" + n, "r")),
          n -> new ArrayDeque<>(List.of("d" + n)),
          n -> new IOException("io" + n),
          n -> new IllegalStateException("state" + n),
          n -> new StackOverflowError("error" + n),
          _ -> String.CASE_INSENSITIVE_ORDER,
          _ -> Rank.class,
          _ -> Locale.CANADA_FRENCH,
          n -> new GregorianCalendar(2020, Calendar.MARCH, n, 4, 5),
          n -> new Date(1000L * n),
          n -> new SimpleTimeZone(19_800_000 + n, "HQ" + n),
          n -> ZoneOffset.ofHoursMinutes(5, n),
          _ -> ZoneId.of("Asia/Tokyo"),
          n -> Instant.ofEpochSecond(n, 5),
          n -> Duration.ofMillis(n),
          n -> LocalDate.of(2021, 5, n),
          n -> LocalTime.of(n, 6),
          n -> LocalDateTime.of(2021, 5, n, 6, 7),
          n -> new BigDecimal("1.5" + n),
          n -> BigInteger.valueOf(n),
          n -> URI.create("x:y" + n),
          n -> Path.of("p" + n),
          _ -> InetAddress.getLoopbackAddress(),
          _ -> (LongBinaryOperator & Serializable) (a, b) -> a + b,
          _ -> (DoubleBinaryOperator & Serializable) (a, b) -> a + b,
          n -> new StringBuilder("builder" + n));

  private static final List<Class<?>> SAMPLED =
      SAMPLES.stream().<Class<?>>map(each -> each.apply(2).getClass()).toList();

  private static final Map<Class<?>, List<Executable>> WAYS = new ConcurrentHashMap<>();
  private static final Map<Class<?>, List<Method>> WAYS_TO_CHANGE = new ConcurrentHashMap<>();

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
    return WAYS.computeIfAbsent(type, Instances::findWays);
  }

  private static List<Executable> findWays(Class<?> type) {
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
    for (Method method :
        WAYS_TO_CHANGE.computeIfAbsent(object.getClass(), Instances::findWaysToChange)) {
      call(method, object, 1);
    }
  }

  private static List<Method> findWaysToChange(Class<?> type) {
    List<Method> ways = new ArrayList<>();
    Method[] methods = type.getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::toString));
    for (Method method : methods) {
      if (Modifier.isPublic(method.getDeclaringClass().getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() > 0
          && method.getParameterCount() <= 2
          && CHANGES.stream().anyMatch(method.getName()::startsWith)
          && !(BlockingQueue.class.isAssignableFrom(type) && method.getName().startsWith("put"))) {
        ways.add(method);
      }
    }
    return ways;
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
    for (int i = 0; i < SAMPLED.size(); i++) {
      if (type.isAssignableFrom(SAMPLED.get(i))) {
        return SAMPLES.get(i).apply(n);
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
}
