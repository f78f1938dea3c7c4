package io.farref.tests.attacks;

import io.farref.Peer;
import io.farref.RRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/** Values of all kinds that run code while they are rebuilt; each tells when and where it ran. */
final class Bombs {
  /** What ran, with the threads. */
  static final List<String> EXPLODED = new CopyOnWriteArrayList<>();

  private Bombs() {}

  private static int explode(String what) {
    EXPLODED.add(what + " on " + Thread.currentThread().getName());
    return 0;
  }

  /** A comparator of a class that may travel. */
  record ByRule() implements Comparator<String>, Serializable {
    @Override
    public int compare(String a, String b) {
      explode("compare of an object");
      return a.compareTo(b);
    }
  }

  /** A key whose methods are called by every table that it is put into. */
  record Key(int number) implements Comparable<Key>, Serializable {
    Key {
      explode("constructor of a record");
    }

    @Override
    public int hashCode() {
      return explode("hashCode");
    }

    @Override
    public boolean equals(Object other) {
      explode("equals");
      return other instanceof Key key && key.number == number;
    }

    @Override
    public int compareTo(Key other) {
      explode("compareTo");
      return Integer.compare(number, other.number);
    }
  }

  static final class Later implements Delayed, Serializable {
    @Override
    public long getDelay(TimeUnit unit) {
      return 1;
    }

    @Override
    public int compareTo(Delayed other) {
      return explode("compareTo of a Delayed");
    }
  }

  private static int byPrivateMethod(String a, String b) {
    explode("private static method");
    return a.compareTo(b);
  }

  private static String key(String text) {
    explode("key of comparing()");
    return text;
  }

  /**
   * Comparators of all shapes, by name.
   *
   * @param self the worker that sends them
   */
  static Map<String, Comparator<String>> comparators(Peer self) {
    RRef<Comparator<String>> away = self.remote(ByRule::new);
    Map<String, Comparator<String>> all = new LinkedHashMap<>();
    all.put(
        "lambda",
        (Comparator<String> & Serializable)
            (a, b) -> {
              explode("lambda");
              return a.compareTo(b);
            });
    all.put("private method", (Comparator<String> & Serializable) Bombs::byPrivateMethod);
    all.put("object", new ByRule());
    all.put("reversed lambda", Collections.reverseOrder(all.get("lambda")));
    all.put(
        "comparing", Comparator.comparing((Function<String, String> & Serializable) Bombs::key));
    all.put("nulls first", Comparator.nullsFirst(all.get("lambda")));
    @SuppressWarnings("unchecked")
    Comparator<String> facade = away.as(Comparator.class);
    all.put("facade", facade);
    return all;
  }

  /** Everything that is sorted by a comparator, by the name of its class. */
  static Map<String, Object> sorted(Comparator<String> by) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (SortedMap<String, Integer> map :
        List.of(new TreeMap<String, Integer>(by), new ConcurrentSkipListMap<String, Integer>(by))) {
      map.put("x", 1);
      map.put("y", 2);
      all.put(map.getClass().getSimpleName(), map);
    }
    for (Collection<String> collection :
        List.of(
            new TreeSet<>(by),
            new ConcurrentSkipListSet<>(by),
            new PriorityQueue<>(by),
            new PriorityBlockingQueue<>(8, by))) {
      collection.add("x");
      collection.add("y");
      all.put(collection.getClass().getSimpleName(), collection);
    }
    NavigableMap<String, Integer> map = new TreeMap<>(by);
    map.put("x", 1);
    map.put("y", 2);
    all.put("unmodifiableSortedMap", Collections.unmodifiableSortedMap(map));
    all.put("synchronizedNavigableMap", Collections.synchronizedNavigableMap(map));
    SortedSet<String> set = new TreeSet<>(by);
    set.add("x");
    set.add("y");
    all.put("unmodifiableSortedSet", Collections.unmodifiableSortedSet(set));
    all.put("in an Optional", Optional.of(map));
    all.put("in a list in a map", Map.of("k", List.of(map)));
    all.put("in an atomic", new AtomicReference<>(map));
    return all;
  }

  /** Everything that calls methods of its elements. */
  static Map<String, Object> hashed() {
    Map<String, Supplier<Collection<Object>>> collections = new LinkedHashMap<>();
    collections.put("HashSet", HashSet::new);
    collections.put("LinkedHashSet", LinkedHashSet::new);
    collections.put("CopyOnWriteArraySet", CopyOnWriteArraySet::new);
    collections.put("newSetFromMap", () -> Collections.newSetFromMap(new ConcurrentHashMap<>()));
    collections.put("natural TreeSet", TreeSet::new);
    collections.put("natural PriorityQueue", PriorityQueue::new);
    Map<String, Object> all = new LinkedHashMap<>();
    collections.forEach(
        (name, maker) -> {
          Collection<Object> made = maker.get();
          made.add(new Key(1));
          made.add(new Key(2));
          all.put(name, made);
        });
    for (Map<Object, Object> map :
        List.of(
            new HashMap<>(),
            new Hashtable<>(),
            new WeakHashMap<>(),
            new ConcurrentHashMap<>(),
            new ConcurrentSkipListMap<>())) {
      map.put(new Key(1), "x");
      map.put(new Key(2), "y");
      all.put(map.getClass().getSimpleName(), map);
    }
    all.put("Set.of", Set.of(new Key(1), new Key(2)));
    all.put("Map.of", Map.of(new Key(1), 1, new Key(2), 2));
    all.put("record", new Key(1));
    all.put("record in an array", new Object[] {new Key(1)});
    Queue<Later> delayed = new DelayQueue<>();
    delayed.add(new Later());
    delayed.add(new Later());
    all.put("DelayQueue", delayed);
    all.put("subclass of a map", new OwnMap(new Key(3)));
    return all;
  }

  /** A subclass of a class of the JDK, which travels in the JDK's serialized form. */
  static final class OwnMap extends HashMap<Object, Object> {
    OwnMap(Object key) {
      put(key, "x");
    }
  }

  /** All bombs, by name. */
  static Map<String, Object> all(Peer self) {
    Map<String, Object> all = new LinkedHashMap<>();
    comparators(self)
        .forEach(
            (by, comparator) -> sorted(comparator).forEach((k, v) -> all.put(k + " by " + by, v)));
    all.putAll(hashed());
    return all;
  }

  /** A large array beside the bomb, so that another thread reads the message. */
  static List<Object> large(Object bomb) {
    return new ArrayList<>(List.of(new int[1 << 16], bomb));
  }

  /** A list so deep that it is read on a stack of its own. */
  static Object deep(Object bomb) {
    Object value = bomb;
    for (int i = 0; i < 400; i++) {
      value = new ArrayList<>(List.of(value));
    }
    return value;
  }
}
