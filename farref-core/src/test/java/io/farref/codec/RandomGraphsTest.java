package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.farref.RemoteCallable;
import java.util.*;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Any graph arrives with the same shape: equal values, the same sharing, the same cycles. */
@SuppressWarnings({"ReferenceEquality", "IdentityHashMapUsage"}) // identity is the point
class RandomGraphsTest {
  private static final int GRAPHS = 2_000;

  static final class Node {
    Object left;
    final Object right;
    int number;

    Node(Object right) {
      this.right = right;
    }
  }

  record Pair(Object first, int number, Object second) {}

  @Test
  void anyGraphArrivesWithTheSameShape() {
    long first = Long.getLong("farref.graphs.seed", System.nanoTime());
    for (long seed = first; seed < first + GRAPHS; seed++) {
      Random random = new Random(seed);
      Object graph = graph(random, 1 + random.nextInt(60));
      Pipe pipe = Pipe.of();
      try {
        assertSame(graph, pipe.copy(graph));
        assertSame(graph, pipe.copy(graph));
      } catch (RuntimeException | AssertionError e) {
        fail("-Dfarref.graphs.seed=" + seed, e);
      }
    }
  }

  /** Makes objects one by one out of those before; then fills the changeable ones with any. */
  private static Object graph(Random random, int size) {
    List<Object> all = new ArrayList<>(List.of("leaf", 5, 2.5, List.of()));
    List<Object> open = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Object a = any(all, random);
      Object b = any(all, random);
      Object made =
          switch (random.nextInt(15)) {
            case 0 -> new ArrayList<>();
            case 1 -> new Object[1 + random.nextInt(4)];
            case 2 -> new Node(a);
            case 3 -> new LinkedHashMap<>();
            case 4 -> new AtomicReference<>();
            case 5 -> new ArrayDeque<>();
            case 6 -> new Pair(a, i, b);
            case 7 -> List.of(a, b, a);
            case 8 -> Optional.of(a);
            case 9 -> Map.of(i, a);
            case 10 -> (RemoteCallable<Object, RuntimeException>) () -> List.of(a, b);
            case 11 -> Map.entry(a, b);
            case 12 -> new String("text" + i);
            case 13 -> Collections.unmodifiableList(Arrays.asList(a, b));
            default -> new int[] {i};
          };
      all.add(made);
      open.add(made);
    }
    for (Object each : open) {
      fill(each, all, random);
    }
    return all.getLast();
  }

  @SuppressWarnings("unchecked")
  private static void fill(Object object, List<Object> all, Random random) {
    switch (object) {
      case ArrayList<?> list ->
          ((List<Object>) list).addAll(List.of(any(all, random), any(all, random)));
      case ArrayDeque<?> deque -> ((Deque<Object>) deque).add(any(all, random));
      case Object[] array -> array[random.nextInt(array.length)] = any(all, random);
      case Node node -> node.left = any(all, random);
      case LinkedHashMap<?, ?> map -> {
        ((Map<Object, Object>) map).put("k", any(all, random));
        ((Map<Object, Object>) map).put(2, any(all, random));
      }
      case AtomicReference<?> reference ->
          ((AtomicReference<Object>) reference).set(any(all, random));
      default -> {}
    }
  }

  private static Object any(List<Object> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** Walks both graphs side by side; each object must meet the same partner every time. */
  private static void assertSame(Object original, Object copy) {
    Map<Object, Object> partners = new IdentityHashMap<>();
    Map<Object, Object> reverse = new IdentityHashMap<>();
    Deque<Object[]> todo = new ArrayDeque<>();
    todo.add(new Object[] {original, copy});
    while (!todo.isEmpty()) {
      Object[] pair = todo.poll();
      Object a = pair[0];
      Object b = pair[1];
      if (a == null || a instanceof Number) {
        assertThat(b).isEqualTo(a);
        continue;
      }
      Object known = partners.putIfAbsent(a, b);
      if (known != null) {
        assertThat(b == known).as("%s is shared", a.getClass()).isTrue();
        continue;
      }
      assertThat(reverse.put(b, a) == null).as("%s is not merged", a.getClass()).isTrue();
      List<Object> left = parts(a);
      List<Object> right = parts(b);
      assertThat(right).hasSameSizeAs(left);
      assertThat(kind(b)).isEqualTo(kind(a));
      for (int i = 0; i < left.size(); i++) {
        todo.add(new Object[] {left.get(i), right.get(i)});
      }
    }
  }

  private static Object kind(Object object) {
    return object instanceof RemoteCallable ? RemoteCallable.class : object.getClass();
  }

  private static List<Object> parts(Object object) {
    List<Object> parts = new ArrayList<>();
    switch (object) {
      case String text -> parts.add(text.length());
      case int[] array -> parts.add(array[0]);
      case Object[] array -> parts.addAll(Arrays.asList(array));
      case Node node -> parts.addAll(Arrays.asList(node.left, node.right, node.number));
      case Pair pair -> parts.addAll(Arrays.asList(pair.first, pair.number, pair.second));
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          parts.add(entry.getKey() instanceof String key ? key.length() : entry.getKey());
          parts.add(entry.getValue());
        }
      }
      case Collection<?> collection -> parts.addAll(Arrays.asList(collection.toArray()));
      case AtomicReference<?> reference -> parts.add(reference.get());
      case Optional<?> optional -> parts.add(optional.get());
      case Map.Entry<?, ?> entry -> {
        parts.add(entry.getKey());
        parts.add(entry.getValue());
      }
      case RemoteCallable<?, ?> fn -> parts.addAll(captured(fn));
      default -> throw new AssertionError(object.getClass());
    }
    return parts;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> captured(RemoteCallable<?, ?> fn) {
    return (List<Object>) ((RemoteCallable<?, RuntimeException>) fn).call();
  }
}
