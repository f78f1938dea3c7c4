package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.RemoteFailureException;
import java.io.IOException;
import java.io.Serial;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.rmi.RemoteException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;

/** Values that look simple and have state where a copy of a similar value would lose it. */
@SuppressWarnings({
  "JdkObsolete",
  "JavaUtilDate",
  "serial",
  "DoubleBraceInitialization",
  "UnnecessaryStringBuilder"
})
class EqualOrRefusedTest {
  private final Pipe pipe = Pipe.of();

  static class Day extends Date {
    String name = "x";

    Day(long time) {
      super(time);
    }
  }

  static class Counting extends ArrayList<String> {
    int added;

    @Override
    public boolean add(String element) {
      added++;
      return super.add(element);
    }
  }

  static class CountingMap extends TreeMap<String, Integer> {
    int puts;

    @Override
    public Integer put(String key, Integer value) {
      puts++;
      return super.put(key, value);
    }
  }

  static class Recent extends LinkedHashMap<String, Integer> {
    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > 2;
    }
  }

  static class Views {
    final List<String> list = new ArrayList<>(List.of("a"));
    final List<String> shown = Collections.unmodifiableList(list);
    final String[] array = {"b"};
    final List<String> arrayShown = Arrays.asList(array);
  }

  static class Endless extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;
    final Object socket = new java.net.Socket();

    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }

  @Test
  void aSubclassKeepsTheStateThatTheJdkKeepsPrivate() {
    Day day = pipe.copy(new Day(5));
    assertThat(day.getTime()).isEqualTo(5);
    assertThat(day.name).isEqualTo("x");
    assertThat(pipe.copy(anonymousList())).containsExactly("a", "b");
    assertThat(pipe.copy(withDoubleBraces())).containsExactly(Map.entry("k", 1));
    assertThat(pipe.copy(anonymousConcurrentMap())).containsExactly(Map.entry("k", 1));
  }

  private static List<String> anonymousList() {
    return new CopyOnWriteArrayList<>(List.of("a", "b")) {};
  }

  private static Map<String, Integer> withDoubleBraces() {
    return new HashMap<>() {
      {
        put("k", 1);
      }
    };
  }

  private static Map<String, Integer> anonymousConcurrentMap() {
    return new ConcurrentHashMap<>(Map.of("k", 1)) {};
  }

  private static LongAdder anonymousAdder() {
    LongAdder adder = new LongAdder() {};
    adder.add(5);
    return adder;
  }

  private static TimerTask task() {
    return new TimerTask() {
      @Override
      public void run() {}
    };
  }

  @Test
  void aSubclassWhoseStateTheJdkCannotRestoreIsRefused() {
    for (Object each : List.of(anonymousAdder(), new EventObject("source"), task())) {
      assertThatThrownBy(() -> pipe.copy(each)).isInstanceOf(EncodingException.class);
    }
  }

  @Test
  void patternsZonesAndTimesMeanTheSame() {
    Pattern pattern = Pattern.compile("a(?i)b");
    assertThat(pattern.matcher("aB").matches()).isTrue();
    Pattern copy = pipe.copy(pattern);
    assertThat(copy.flags()).isEqualTo(pattern.flags());
    assertThat(copy.matcher("AB").matches()).isFalse();
    SimpleTimeZone zone = pipe.copy(new SimpleTimeZone(19_800_000, "HQ"));
    assertThat(zone.getRawOffset()).isEqualTo(19_800_000);
    ZonedDateTime time =
        ZonedDateTime.of(LocalDateTime.of(2020, 1, 2, 3, 4), ZoneOffset.ofHoursMinutes(5, 10));
    assertThat(pipe.copy(time)).isEqualTo(time).hasToString(time.toString());
    assertThat(pipe.copy(List.of(ZoneOffset.ofHoursMinutes(5, 10), time)))
        .hasToString(List.of(ZoneOffset.ofHoursMinutes(5, 10), time).toString());
  }

  @Test
  void wrappersKeepTheCollectionThatTheyWrap() {
    Map<String, Integer> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.put("Key", 1);
    assertThat(pipe.copy(Collections.unmodifiableMap(sorted)).get("KEY")).isEqualTo(1);
    assertThat(pipe.copy(Collections.synchronizedMap(sorted)).get("KEY")).isEqualTo(1);
    assertThat(
            pipe.copy(Collections.unmodifiableMap(Collections.synchronizedMap(sorted))).get("KEY"))
        .isEqualTo(1);
    Set<String> identities = Collections.newSetFromMap(new IdentityHashMap<>());
    identities.add(new String("x"));
    identities.add(new String("x"));
    assertThat(pipe.copy(identities)).hasSize(2);
    Set<String> concurrent = Collections.newSetFromMap(new ConcurrentHashMap<>());
    concurrent.addAll(List.of("a", "b"));
    Set<String> copy = pipe.copy(concurrent);
    for (String each : copy) {
      copy.add(each + "c"); // no ConcurrentModificationException
    }
    assertThat(copy).contains("ac", "bc");
  }

  @Test
  void aWrapperInAFieldStaysAViewOfAnotherField() {
    Views copy = pipe.copy(new Views());
    copy.list.add("c");
    assertThat(copy.shown).containsExactly("a", "c");
    copy.array[0] = "d";
    assertThat(copy.arrayShown).containsExactly("d");
    assertThatThrownBy(() -> ((List) copy.arrayShown).set(0, 1))
        .isInstanceOf(ArrayStoreException.class);
  }

  @Test
  void queuesKeepTheirClassBoundAndOrder() {
    BlockingQueue<Integer> bounded = new ArrayBlockingQueue<>(2, true, List.of(1));
    BlockingQueue<Integer> copy = pipe.copy(bounded);
    assertThat(copy).isInstanceOf(ArrayBlockingQueue.class).containsExactly(1);
    assertThat(copy.offer(2)).isTrue();
    assertThat(copy.offer(3)).isFalse();
    assertThat(pipe.copy(new LinkedTransferQueue<>(List.of(1, 2)))).containsExactly(1, 2);
    DelayQueue<Instances.Due> due = new DelayQueue<>(List.of(new Instances.Due(-2)));
    assertThat(pipe.copy(due).poll()).isEqualTo(new Instances.Due(-2));
    assertThatThrownBy(() -> pipe.copy(new SynchronousQueue<>()))
        .isInstanceOf(EncodingException.class);
  }

  @Test
  void noMethodOfASubclassRunsWhenItsContentsAreFilledIn() {
    Counting list = new Counting();
    list.add("a");
    list.add("b");
    assertThat(pipe.copy(list).added).isEqualTo(2);
    assertThat(pipe.copy(list)).containsExactly("a", "b");
    CountingMap map = new CountingMap();
    map.put("a", 1);
    assertThat(pipe.copy(map).puts).isEqualTo(1);
    Recent recent = new Recent();
    recent.putAll(Map.of("a", 1, "b", 2));
    recent.get("a");
    assertThat(pipe.copy(recent).keySet()).containsExactlyElementsOf(recent.keySet());
  }

  @Test
  void anAccessOrderedMapStaysOne() {
    LinkedHashMap<String, Integer> map = new LinkedHashMap<>(16, 0.75f, true);
    map.put("a", 1);
    map.put("b", 2);
    LinkedHashMap<String, Integer> copy = pipe.copy(map);
    copy.get("a");
    assertThat(copy.keySet()).containsExactly("b", "a");
  }

  @Test
  void theOrderOfAHashTableIsKept() {
    for (int capacity : new int[] {1, 4, 16, 1000}) {
      Set<String> set = new HashSet<>(capacity);
      Map<String, Integer> map = new HashMap<>(capacity);
      Map<String, Integer> table = new Hashtable<>(capacity);
      for (int i = 0; i < 40; i++) {
        set.add("key" + i * i);
        map.put("key" + i * i, i);
        table.put("key" + i * i, i);
      }
      assertThat(pipe.copy(set)).containsExactlyElementsOf(set);
      assertThat(pipe.copy(map).keySet()).containsExactlyElementsOf(map.keySet());
      assertThat(pipe.copy(table).keySet()).containsExactlyElementsOf(table.keySet());
    }
  }

  @Test
  void defaultsOfPropertiesStayDefaults() {
    Properties defaults = new Properties();
    defaults.setProperty("a", "1");
    Properties properties = new Properties(defaults);
    properties.setProperty("b", "2");
    Properties copy = pipe.copy(properties);
    assertThat(copy.getProperty("a")).isEqualTo("1");
    assertThat(copy).containsOnlyKeys("b");
  }

  @Test
  void addressesKeepTheirScopeAndTheirClass() throws IOException {
    byte[] bytes = new byte[16];
    bytes[0] = (byte) 0xFE;
    bytes[1] = (byte) 0x80;
    bytes[15] = 1;
    Inet6Address scoped = Inet6Address.getByAddress("host", bytes, 7);
    Inet6Address copy = pipe.copy(scoped);
    assertThat(copy.getScopeId()).isEqualTo(7);
    assertThat(copy).hasToString(scoped.toString());
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[15] = 1;
    InetAddress address = Inet6Address.getByAddress("m", mapped, 0);
    assertThat(pipe.copy(address)).hasSameClassAs(address);
  }

  @Test
  void throwablesKeepTheirCauseAndTheirState() {
    RemoteException remote = pipe.copyThrowable(new RemoteException("r", new IOException("c")));
    assertThat(remote.getCause()).hasMessage("c");
    assertThat(remote.detail).isSameAs(remote.getCause());
    XAException xa = new XAException("x");
    xa.errorCode = 7;
    assertThat(pipe.<XAException>copyThrowable(xa).errorCode).isEqualTo(7);
    ClassNotFoundException missing =
        pipe.copyThrowable(new ClassNotFoundException("n", new IOException("c")));
    assertThat(missing.getException()).hasMessage("c");
  }

  @Test
  void aThrowableThatMayBeGivenACauseStillMay() {
    RuntimeException open = pipe.copyThrowable(new RuntimeException("open"));
    open.initCause(new IOException("late"));
    assertThat(open.getCause()).hasMessage("late");
    RuntimeException closed = pipe.copyThrowable(new RuntimeException("closed", null));
    assertThatThrownBy(() -> closed.initCause(new IOException()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void causesThatNeverEndAreBounded() {
    RemoteFailureException copy = pipe.copyThrowable(new Endless());
    int length = 0;
    for (Throwable each = copy; each != null; each = each.getCause()) {
      length++;
    }
    assertThat(length).isBetween(10, 200);
    assertThat(copy.remoteClassName()).isEqualTo(Endless.class.getName());
  }

  @Test
  void aThrowableWithAFieldWhoseTypeIsMissingArrivesAsText() {
    String source =
        """
        package acme;
        public class Broken extends RuntimeException {
          public acme.Gone gone;
          public Broken(String message) { super(message); }
          public static Object make() { return new Broken("what happened"); }
        }
        class Gone implements java.io.Serializable {}
        """;
    Compiled here = Compiled.of("acme.Broken", source);
    Compiled there = Compiled.of("acme.Broken", source).without("acme.Gone");
    RemoteFailureException copy =
        new Pipe(here.codec("acme"), there.codec("acme"))
            .copyThrowable((Throwable) here.call("acme.Broken", "make"));
    assertThat(copy.remoteMessage()).isEqualTo("what happened");
    assertThat(copy.remoteClassName()).isEqualTo("acme.Broken");
    assertThat(copy.getSuppressed()[0]).hasMessageContaining("acme/Gone");
  }

  record Growing(int n, String text) {
    Growing {
      n = n + 1;
    }
  }

  record Copying(int[] numbers, List<String> names) {
    Copying {
      numbers = numbers.clone();
      names = List.copyOf(names);
    }
  }

  @Test
  void aRecordWhoseConstructorWouldChangeItIsRefused() {
    assertThatThrownBy(() -> pipe.copy(new Growing(1, "x")))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("component n was 2");
    Copying copy = pipe.copy(new Copying(new int[] {1}, new ArrayList<>(List.of("a"))));
    assertThat(copy.numbers()).containsExactly(1);
    assertThat(copy.names()).containsExactly("a");
  }

  @Test
  void aSetOrMapThatWouldLoseElementsIsRefused() {
    List<String> one = new ArrayList<>(List.of("a"));
    List<String> other = new ArrayList<>(List.of("b"));
    Set<List<String>> set = new HashSet<>(List.of(one, other));
    Map<List<String>, Integer> map = new HashMap<>(Map.of(one, 1, other, 2));
    other.set(0, "a");
    for (Object each : List.of(set, map)) {
      assertThatThrownBy(() -> pipe.copy(each))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("of 2 items would have 1 here");
    }
  }

  @Test
  void aThrowableWhoseClassFailsToInitializeArrivesAsText() {
    String source =
        """
        package acme;
        public class Late extends RuntimeException {
          static final int LIMIT = Integer.parseInt(System.getProperty("acme.limit", "5"));
          public Late(String message) { super(message); }
          public static Object make() { return new Late("what happened"); }
        }
        """;
    Compiled here = Compiled.of("acme.Late", source);
    Throwable thrown = (Throwable) here.call("acme.Late", "make");
    System.setProperty("acme.limit", "none");
    try {
      RemoteFailureException copy =
          new Pipe(here.codec("acme"), Compiled.of("acme.Late", source).codec("acme"))
              .copyThrowable(thrown);
      assertThat(copy.remoteMessage()).isEqualTo("what happened");
    } finally {
      System.clearProperty("acme.limit");
    }
  }

  @Test
  void aShortMessageCannotMakeAClassOfTheJdkAllocateMuch() {
    Codec codec = Pipe.codec(Pipe.ALLOW, Limits.DEFAULT);
    assertThat(new Pipe(codec, codec).write(new StringBuilder(1 << 20)).length)
        .isGreaterThan(1 << 15);
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      many.add(new StringBuilder(1 << 12));
      many.add(new ArrayBlockingQueue<>(1 << 12));
    }
    byte[] bytes = pipe.write(many);
    long before = Pipe.allocated();
    pipe.read(bytes);
    assertThat(Pipe.allocated() - before).isLessThan(200L * bytes.length);
  }

  @Test
  void aTableOfATinyLoadFactorDoesNotGrowWithEachElement() {
    Map<Integer, Integer> map = new HashMap<>(16, 1e-6f);
    Set<Integer> set = new HashSet<>(16, 1e-6f);
    Map<Integer, Integer> table = new Hashtable<>(16, 1e-6f);
    for (int i = 0; i < 14; i++) {
      map.put(i, i);
      set.add(i);
      table.put(i, i);
    }
    byte[] bytes = pipe.write(List.of(map, set, table));
    long before = Pipe.allocated();
    pipe.read(bytes);
    assertThat(Pipe.allocated() - before).isLessThan(200L * bytes.length);
    assertThat(pipe.copy(map)).isEqualTo(map);
  }

  @Test
  void aSubclassOfASetOrMapThatWouldLoseElementsIsRefused() {
    List<String> one = new ArrayList<>(List.of("a"));
    List<String> other = new ArrayList<>(List.of("b"));
    Set<List<String>> set = subclassOfHashSet(one, other);
    other.set(0, "a");
    assertThatThrownBy(() -> pipe.copy(set))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("were they changed after they had been put in?");
  }

  private static Set<List<String>> subclassOfHashSet(List<String> one, List<String> other) {
    return new HashSet<>(List.of(one, other)) {};
  }
}
