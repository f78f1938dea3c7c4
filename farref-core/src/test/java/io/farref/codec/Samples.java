package io.farref.codec;

import io.farref.RemoteCallable;
import io.farref.RemoteFunction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.*;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** One value of each kind, by name, always the same. */
@SuppressWarnings("UnnecessaryStringBuilder") // it is what is sent
final class Samples {
  private Samples() {}

  record Point(int x, int y) {}

  record Tree(String name, List<Tree> children, Map<String, Object> attributes) {}

  enum Color {
    RED,
    GREEN
  }

  static final class Person {
    final String name;
    int age;
    Person friend;
    double[] scores = {1.5, -2};

    Person(String name, int age) {
      this.name = name;
      this.age = age;
    }
  }

  static Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("true", true);
    all.put("byte", (byte) -1);
    all.put("short", (short) 300);
    all.put("char", 'x');
    all.put("int", 1);
    all.put("int-min", Integer.MIN_VALUE);
    all.put("long", 1L << 40);
    all.put("float", 1.5f);
    all.put("double", -2.25);
    all.put("string-ascii", "farref");
    all.put("string-latin1", "\u00e9");
    all.put("string-utf8", "mostly ascii \u20ac");
    all.put("string-utf16", "\u4f60\u597d");
    all.put("string-unpaired", "\uD800");
    all.put("class", String.class);
    all.put("enum", Color.GREEN);
    all.put("record", new Point(3, -4));
    Person ann = new Person("Ann", 30);
    ann.friend = ann;
    all.put("object-cyclic", ann);
    all.put("bytes", new byte[] {1, 2, 3});
    all.put("bytes-beside", new byte[2000]);
    all.put("ints", new int[] {1, -1});
    all.put("booleans", new boolean[] {true, false});
    all.put("objects", new Object[] {1, null, "a"});
    all.put("array", new String[][] {{"a"}, null});
    all.put("buffer", ByteBuffer.wrap(new byte[] {9, 8, 7}, 1, 2).order(ByteOrder.LITTLE_ENDIAN));
    String shared = "shared";
    all.put("array-list-shared", new ArrayList<>(List.of(shared, shared)));
    all.put("array-deque", new ArrayDeque<>(List.of(1)));
    all.put("blocking-queue", new LinkedBlockingQueue<>(List.of(1)));
    all.put("hash-set", new HashSet<>(Set.of("a")));
    all.put("tree-set", new TreeSet<>(List.of(2, 1)));
    all.put("enum-set", EnumSet.of(TimeUnit.DAYS));
    all.put("hash-map", new HashMap<>(Map.of("k", 1)));
    all.put("tree-map", new TreeMap<>(Map.of("k", 1)));
    all.put("concurrent-map", new ConcurrentHashMap<>(Map.of("k", 1)));
    all.put("enum-map", new EnumMap<>(Map.of(Color.RED, 1)));
    all.put("list-of", List.of(1, 2, 3));
    all.put("set-of", Set.of(1));
    all.put("map-of", Map.of("k", 1));
    all.put("as-list", Arrays.asList(1, null));
    all.put("n-copies", Collections.nCopies(9, "x"));
    all.put("unmodifiable-list", Collections.unmodifiableList(new ArrayList<>(List.of(1))));
    all.put("unmodifiable-map", Collections.unmodifiableMap(new HashMap<>(Map.of(1, 2))));
    all.put("entry", Map.entry("k", 1));
    all.put("natural-order", Comparator.naturalOrder());
    all.put("optional", Optional.of(1));
    all.put("atomic-reference", new AtomicReference<>("x"));
    all.put("big-integer", new BigInteger("123456789012345678901234567890"));
    all.put("big-decimal", new BigDecimal("1.10"));
    all.put("uuid", new UUID(1, 2));
    all.put("uri", URI.create("a:b"));
    all.put("locale", Locale.GERMANY);
    all.put("pattern", Pattern.compile("a+", Pattern.CASE_INSENSITIVE));
    all.put("instant", Instant.ofEpochSecond(1, 2));
    all.put("duration", Duration.ofMillis(1500));
    all.put("local-date", LocalDate.of(2024, 2, 29));
    all.put(
        "zoned-date-time",
        ZonedDateTime.of(LocalDateTime.of(2024, 2, 29, 12, 0), ZoneId.of("Europe/Berlin")));
    all.put("array-blocking-queue", new ArrayBlockingQueue<>(3, true, List.of(1)));
    all.put("transfer-queue", new LinkedTransferQueue<>(List.of(1)));
    all.put("string-builder", new StringBuilder(20).append("ab"));
    all.put("bit-set", BitSet.valueOf(new long[] {5}));
    all.put("date", new Date(5));
    all.put("time-zone", TimeZone.getTimeZone("Europe/Berlin"));
    int captured = 7;
    all.put("lambda", (RemoteCallable<Integer, RuntimeException>) () -> captured + 1);
    all.put("method-reference", (RemoteFunction<String, Integer, RuntimeException>) String::length);
    all.put(
        "tree",
        new Tree(
            "root",
            List.of(
                new Tree("a", new ArrayList<>(), new HashMap<>()),
                new Tree("b", List.of(), Map.of())),
            new TreeMap<>(Map.of("n", 1, "o", Optional.of("x")))));
    Exception exception = new IllegalStateException("message", new java.io.IOException("cause"));
    exception.setStackTrace(new StackTraceElement[] {new StackTraceElement("C", "m", "C.java", 5)});
    exception.getCause().setStackTrace(new StackTraceElement[0]);
    exception.addSuppressed(quiet());
    all.put("throwable", exception);
    return all;
  }

  private static Throwable quiet() {
    Throwable quiet = new Throwable("suppressed");
    quiet.setStackTrace(new StackTraceElement[0]);
    return quiet;
  }
}
