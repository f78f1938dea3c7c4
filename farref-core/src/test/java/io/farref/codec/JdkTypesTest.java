package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({"JdkObsolete", "JavaUtilDate", "unchecked", "rawtypes"}) // all that travels
class JdkTypesTest {
  private final Pipe pipe = Pipe.of();

  static Stream<Object> valuesWithEquals() throws Exception {
    return Stream.of(
        true,
        false,
        (byte) -1,
        (short) -300,
        'x',
        '\uFFFF',
        0,
        1,
        -1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        0L,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        1.5f,
        Float.NaN,
        -0.0,
        Double.NaN,
        Double.MIN_VALUE,
        "",
        "ascii",
        "\u00e9t\u00e9",
        "\u4f60\u597d",
        "\uD83D\uDE00 smile",
        "\uD800 unpaired",
        "unpaired \uDC00\uD800",
        "\uD800".repeat(100),
        "a".repeat(1000),
        "\u4f60".repeat(1000),
        "mostly ascii \u201cquoted\u201d".repeat(50),
        "\u00ff".repeat(65),
        new BigInteger("-123456789012345678901234567890"),
        BigInteger.ZERO,
        new BigDecimal("1.10"),
        new BigDecimal("-1E+400"),
        MathContext.DECIMAL64,
        new MathContext(0),
        new UUID(-1, 5),
        URI.create("http://a/b?c#d"),
        Locale.GERMANY,
        Locale.ROOT,
        Locale.forLanguageTag("zh-Hant-TW"),
        Locale.of("ja", "JP"),
        Currency.getInstance("EUR"),
        StandardCharsets.UTF_16LE,
        new Date(-5),
        TimeZone.getTimeZone("Europe/Berlin"),
        new File("a/b"),
        Path.of("x", "y"),
        InetAddress.getByAddress("h", new byte[] {1, 2, 3, 4}),
        new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 80),
        InetSocketAddress.createUnresolved("nowhere", 1),
        Instant.MAX,
        Instant.MIN,
        Instant.ofEpochSecond(-1, 5),
        Duration.ofSeconds(-1, 999),
        Duration.ofNanos(Long.MIN_VALUE),
        Period.of(1, -2, 3),
        LocalDate.MIN,
        LocalDate.MAX,
        LocalTime.MAX,
        LocalTime.MIDNIGHT,
        LocalDateTime.MAX,
        OffsetTime.of(LocalTime.NOON, ZoneOffset.ofHours(-3)),
        OffsetDateTime.MAX,
        ZonedDateTime.of(LocalDateTime.of(2024, 10, 27, 2, 30), ZoneId.of("Europe/Berlin"))
            .withLaterOffsetAtOverlap(),
        ZonedDateTime.of(LocalDateTime.MIN, ZoneOffset.UTC),
        Year.of(-5),
        YearMonth.of(2020, 2),
        MonthDay.of(2, 29),
        ZoneOffset.ofTotalSeconds(17),
        ZoneId.of("America/New_York"),
        ZoneId.of("UTC+02:00"),
        DayOfWeek.MONDAY,
        Month.MAY,
        TimeUnit.DAYS,
        Thread.State.NEW,
        Optional.empty(),
        Optional.of("x"),
        OptionalInt.empty(),
        OptionalInt.of(3),
        OptionalLong.of(-1),
        OptionalDouble.of(0.5),
        String.class,
        int.class,
        int[][].class,
        Map.Entry.class,
        List.class,
        Map.entry("k", 1),
        new AbstractMap.SimpleEntry<>("k", null),
        new AbstractMap.SimpleImmutableEntry<>("k", 1),
        Comparator.naturalOrder(),
        Comparator.reverseOrder(),
        String.CASE_INSENSITIVE_ORDER,
        Collections.reverseOrder(String.CASE_INSENSITIVE_ORDER),
        new StackTraceElement("l", "m", "1", "C", "f", "F.java", 7),
        BitSet.valueOf(new long[] {5, 0, 9}));
  }

  @ParameterizedTest
  @MethodSource("valuesWithEquals")
  void valuesArriveEqualAndOfTheirOwnClass(Object value) {
    Object copy = pipe.copy(value);
    assertThat(copy).isEqualTo(value).hasSameClassAs(value);
  }

  static Stream<Object> collections() {
    List<Integer> abc = List.of(3, 1, 2);
    Map<String, Integer> map = Map.of("a", 1, "b", 2);
    return Stream.of(
        new ArrayList<>(abc),
        new LinkedList<>(abc),
        new Vector<>(abc),
        stack(),
        new CopyOnWriteArrayList<>(abc),
        new HashSet<>(abc),
        new LinkedHashSet<>(abc),
        new TreeSet<>(abc),
        new TreeSet<>(Comparator.<Integer>reverseOrder()),
        new ConcurrentSkipListSet<>(abc),
        new CopyOnWriteArraySet<>(abc),
        concurrentSet(),
        EnumSet.of(TimeUnit.DAYS),
        EnumSet.noneOf(TimeUnit.class),
        EnumSet.allOf(Character.UnicodeScript.class),
        new HashMap<>(map),
        new LinkedHashMap<>(map),
        new TreeMap<>(map),
        new ConcurrentHashMap<>(map),
        new ConcurrentSkipListMap<>(map),
        new WeakHashMap<>(map),
        new Hashtable<>(map),
        properties(),
        new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
        new EnumMap<>(TimeUnit.class),
        List.of(),
        List.of(1),
        List.of(1, 2),
        List.of(1, 2, 3),
        Set.of(),
        Set.of(1),
        Set.of(1, 2, 3),
        Map.of(),
        Map.of(1, 2),
        map,
        Stream.of(1, null).toList(),
        Arrays.asList(1, null),
        Collections.emptyList(),
        Collections.emptySet(),
        Collections.emptyMap(),
        Collections.singletonList(null),
        Collections.singleton(null),
        Collections.singletonMap(null, null),
        Collections.nCopies(1000, "x"),
        Collections.nCopies(0, "x"),
        Collections.unmodifiableList(new ArrayList<>(abc)),
        Collections.unmodifiableList(new LinkedList<>(abc)),
        Collections.unmodifiableSet(new HashSet<>(abc)),
        Collections.unmodifiableSortedSet(new TreeSet<>(abc)),
        Collections.unmodifiableNavigableSet(new TreeSet<>(abc)),
        Collections.unmodifiableMap(new HashMap<>(map)),
        Collections.unmodifiableSortedMap(new TreeMap<>(map)),
        Collections.unmodifiableNavigableMap(new TreeMap<>(map)),
        Collections.synchronizedList(new ArrayList<>(abc)),
        Collections.synchronizedSet(new HashSet<>(abc)),
        Collections.synchronizedMap(new HashMap<>(map)),
        Collections.synchronizedNavigableMap(new TreeMap<>(map)));
  }

  @ParameterizedTest
  @MethodSource("collections")
  void collectionsArriveEqualAndOfTheirOwnClass(Object value) {
    Object copy = pipe.copy(value);
    assertThat(copy).isEqualTo(value).hasSameClassAs(value);
  }

  static Stream<Collection<Integer>> queues() {
    List<Integer> abc = List.of(3, 1, 2);
    return Stream.of(
        new ArrayDeque<>(abc),
        new ConcurrentLinkedQueue<>(abc),
        new ConcurrentLinkedDeque<>(abc),
        new LinkedBlockingQueue<>(abc),
        new LinkedBlockingDeque<>(abc),
        new PriorityQueue<>(abc),
        new PriorityBlockingQueue<>(abc),
        Collections.unmodifiableCollection(new ArrayList<>(abc)),
        Collections.synchronizedCollection(new ArrayList<>(abc)));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void queuesArriveWithTheSameElementsInTheSameOrder(Collection<Integer> value) {
    Collection<Integer> copy = pipe.copy(value);
    assertThat(copy).hasSameClassAs(value).containsExactlyElementsOf(value);
  }

  static Stream<Object> views() {
    List<Integer> list = new ArrayList<>(IntStream.range(0, 10).boxed().toList());
    TreeMap<String, Integer> tree = new TreeMap<>(Map.of("a", 1, "b", 2, "c", 3));
    return Stream.of(
        list.subList(2, 5),
        list.reversed(),
        new HashMap<>(tree).keySet(),
        tree.navigableKeySet(),
        tree.values(),
        tree.tailMap("b").keySet(),
        tree.entrySet(),
        new LinkedHashSet<>(list).reversed(),
        new LinkedHashMap<>(tree).reversed(),
        new HashMap<>(tree).entrySet(),
        List.of(1, 2, 3).subList(1, 2));
  }

  @ParameterizedTest
  @MethodSource("views")
  void viewsThatCannotBeSentAsWhatTheyAreAreRefusedWithAdvice(Object view) {
    assertThatThrownBy(() -> pipe.copy(view))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("view of another object")
        .hasMessageContaining("new ArrayList<>(view)");
  }

  static Stream<Object> serializableViews() {
    List<Integer> list = new ArrayList<>(IntStream.range(0, 10).boxed().toList());
    TreeMap<String, Integer> tree = new TreeMap<>(Map.of("a", 1, "b", 2, "c", 3));
    return Stream.of(
        tree.headMap("b"),
        tree.descendingMap(),
        new TreeSet<>(list).subSet(2, 5),
        new TreeSet<>(list).descendingSet(),
        Collections.checkedList(list, Integer.class),
        Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  @ParameterizedTest
  @MethodSource("serializableViews")
  void serializableViewsArriveEqualAndOfTheirOwnClass(Object view) {
    Object copy = pipe.copy(view);
    assertThat(copy).isEqualTo(view).hasSameClassAs(view);
    if (view instanceof Map<?, ?> map) {
      assertThat(((Map<?, ?>) copy).keySet()).containsExactlyElementsOf((Set) map.keySet());
    } else {
      assertThat((Collection<Object>) copy).containsExactlyElementsOf((Collection<Object>) view);
    }
  }

  @Test
  void unmodifiableCollectionsStayUnmodifiableAndListOfStillRefusesNull() {
    List<Integer> unmodifiable =
        pipe.copy(Collections.unmodifiableList(new ArrayList<>(List.of(1))));
    assertThatThrownBy(() -> unmodifiable.add(2)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> pipe.copy(List.of(1, 2, 3)).contains(null))
        .isInstanceOf(NullPointerException.class);
    assertThat(pipe.copy(Stream.of(1, 2, 3).toList()).contains(null)).isFalse();
    List<Integer> fixed = pipe.copy(Arrays.asList(1, 2));
    fixed.set(0, 9);
    assertThat(fixed).containsExactly(9, 2);
    assertThatThrownBy(() -> fixed.add(1)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void comparatorsAndCapacitiesAreKept() {
    TreeMap<String, Integer> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    map.put("b", 1);
    assertThat(pipe.copy(map).get("B")).isEqualTo(1);
    PriorityQueue<Integer> queue = new PriorityQueue<>(Comparator.reverseOrder());
    queue.addAll(List.of(1, 3, 2));
    assertThat(pipe.copy(queue).poll()).isEqualTo(3);
    LinkedBlockingQueue<Integer> bounded = new LinkedBlockingQueue<>(2);
    bounded.add(1);
    assertThat(pipe.copy(bounded).remainingCapacity()).isEqualTo(1);
    SortedMap<String, Integer> wrapped = Collections.unmodifiableSortedMap(map);
    assertThat(pipe.copy(wrapped).get("B")).isEqualTo(1);
  }

  @Test
  void identityMapsCompareKeysByIdentity() {
    String a = new String("k");
    String b = new String("k");
    IdentityHashMap<String, Integer> map = new IdentityHashMap<>();
    map.put(a, 1);
    map.put(b, 2);
    List<Object> copy = pipe.copy(new ArrayList<>(List.of(a, b, map)));
    Map<?, ?> there = (Map<?, ?>) copy.get(2);
    assertThat(there).isInstanceOf(IdentityHashMap.class).hasSize(2);
    assertThat(there.get(copy.get(0))).isEqualTo(1);
    assertThat(there.get(copy.get(1))).isEqualTo(2);
  }

  @Test
  void changeableValuesArriveWithTheirState() {
    assertThat(pipe.copy(new AtomicInteger(-4)).get()).isEqualTo(-4);
    assertThat(pipe.copy(new AtomicLong(5)).get()).isEqualTo(5);
    assertThat(pipe.copy(new AtomicBoolean(true)).get()).isTrue();
    assertThat(pipe.copy(new AtomicReference<>("x")).get()).isEqualTo("x");
    LongAdder adder = new LongAdder();
    adder.add(7);
    assertThat(pipe.copy(adder).sum()).isEqualTo(7);
    DoubleAdder sum = new DoubleAdder();
    sum.add(0.5);
    assertThat(pipe.copy(sum).sum()).isEqualTo(0.5);
    assertThat(pipe.copy(new AtomicIntegerArray(new int[] {1, -2})).get(1)).isEqualTo(-2);
    assertThat(pipe.copy(new AtomicLongArray(new long[] {1, -2})).get(1)).isEqualTo(-2);
    assertThat(pipe.copy(new StringBuilder("ab"))).hasToString("ab");
    assertThat(pipe.copy(new StringBuffer("ab"))).hasToString("ab");
    Pattern pattern = pipe.copy(Pattern.compile("A+", Pattern.CASE_INSENSITIVE));
    assertThat(pattern.matcher("aa").matches()).isTrue();
    assertThat(pipe.copy(new Object())).hasSameClassAs(new Object());
  }

  @Test
  void aNullStaysNull() {
    assertThat(pipe.<Object>copy(null)).isNull();
  }

  private static Stack<Integer> stack() {
    Stack<Integer> stack = new Stack<>();
    stack.push(1);
    return stack;
  }

  private static Set<Integer> concurrentSet() {
    Set<Integer> set = ConcurrentHashMap.newKeySet();
    set.add(1);
    return set;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("a", "b");
    return properties;
  }
}
