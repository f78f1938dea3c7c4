package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.RemoteFunction;
import java.util.*;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"IdentityHashMapUsage", "unchecked", "rawtypes"}) // graphs of anything
class GraphsTest {
  private final Pipe pipe = Pipe.of();

  static final class Node {
    Node next;
    Object other;
  }

  record Cell(Object head, Object tail) {}

  /** Has the hash code of its name, so hashing it before it is filled goes wrong. */
  static final class Named {
    String name;
    Set<Named> group;

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Named named && named.name.equals(name);
    }
  }

  record Frozen(Map<String, Integer> map, List<String> list, Set<Integer> set) {
    Frozen {
      map = Map.copyOf(map);
      list = List.copyOf(list);
      set = Set.copyOf(set);
    }
  }

  @Test
  void sharedObjectsStaySharedAcrossEveryKindOfContainer() {
    Node shared = new Node();
    Object[] all = {
      shared,
      List.of(shared),
      new ArrayList<>(List.of(shared)),
      Optional.of(shared),
      new Cell(shared, 1),
      new HashMap<>(Map.of("k", shared)),
      new AtomicReference<>(shared)
    };
    Object[] copy = pipe.copy(all);
    Object one = copy[0];
    assertThat(one).isNotSameAs(shared);
    assertThat(((List<?>) copy[1]).get(0)).isSameAs(one);
    assertThat(((List<?>) copy[2]).get(0)).isSameAs(one);
    assertThat(((Optional<?>) copy[3]).get()).isSameAs(one);
    assertThat(((Cell) copy[4]).head()).isSameAs(one);
    assertThat(((Map<?, ?>) copy[5]).get("k")).isSameAs(one);
    assertThat(((AtomicReference<?>) copy[6]).get()).isSameAs(one);
  }

  @Test
  void sharedStringsRecordsAndListsStayShared() {
    String text = new String("text");
    Cell cell = new Cell(1, 2);
    List<Integer> list = List.of(1, 2, 3);
    Object[] copy = pipe.copy(new Object[] {text, text, cell, cell, list, list});
    assertThat(copy[0]).isSameAs(copy[1]).isNotSameAs(text);
    assertThat(copy[2]).isSameAs(copy[3]);
    assertThat(copy[4]).isSameAs(copy[5]);
  }

  @Test
  void equalButDistinctObjectsStayDistinct() {
    Object[] copy =
        pipe.copy(new Object[] {new String("a"), new String("a"), new Cell(1, 1), new Cell(1, 1)});
    assertThat(copy[0]).isNotSameAs(copy[1]);
    assertThat(copy[2]).isEqualTo(copy[3]).isNotSameAs(copy[3]);
  }

  @Test
  void manySharedObjectsStayShared() {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      list.add(new Node());
    }
    list.addAll(List.copyOf(list));
    List<Object> copy = pipe.copy(list);
    for (int i = 0; i < 10_000; i++) {
      assertThat(copy.get(i)).isSameAs(copy.get(i + 10_000));
    }
    assertThat(new IdentityHashMap<>(identity(copy))).hasSize(10_000);
  }

  @Test
  void anObjectMayContainItself() {
    Node node = new Node();
    node.next = node;
    node.other = new Node[] {node};
    Node copy = pipe.copy(node);
    assertThat(copy.next).isSameAs(copy);
    assertThat(((Node[]) copy.other)[0]).isSameAs(copy);
  }

  @Test
  void collectionsMayContainThemselves() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    List<Object> copy = pipe.copy(list);
    assertThat(copy.get(0)).isSameAs(copy);

    Map<Object, Object> map = new HashMap<>();
    map.put("self", map);
    Map<Object, Object> mapCopy = pipe.copy(map);
    assertThat(mapCopy.get("self")).isSameAs(mapCopy);

    Deque<Object> deque = new ArrayDeque<>();
    deque.add(deque);
    assertThat(pipe.copy(deque))
        .allSatisfy(each -> assertThat(each).isInstanceOf(ArrayDeque.class));

    List<Object> inner = new ArrayList<>();
    List<Object> unmodifiable = Collections.unmodifiableList(inner);
    inner.add(unmodifiable);
    List<Object> unmodifiableCopy = pipe.copy(unmodifiable);
    assertThat(unmodifiableCopy.get(0)).isSameAs(unmodifiableCopy);
  }

  @Test
  void aRecordMayReachItselfThroughAList() {
    List<Object> list = new ArrayList<>();
    Cell cell = new Cell("x", list);
    list.add(cell);
    list.add(new Cell(cell, cell));
    Cell copy = pipe.copy(cell);
    assertThat(((List<?>) copy.tail()).get(0)).isSameAs(copy);
    assertThat(((Cell) ((List<?>) copy.tail()).get(1)).head()).isSameAs(copy);
  }

  @Test
  void aCycleThroughManyRecordsIsClosedWhereverItIsEntered() {
    Object[] array = new Object[1];
    Object chain = array;
    for (int i = 0; i < 20_000; i++) {
      chain = i % 3 == 0 ? List.of(chain) : i % 3 == 1 ? Optional.of(chain) : new Cell(i, chain);
    }
    array[0] = chain;
    Object fromOutside = pipe.copy(chain);
    assertThat(length(fromOutside, 20_000)).isSameAs(fromOutside);
    Object[] fromArray = (Object[]) pipe.copy(new Object[] {array})[0];
    assertThat(fromArray[0]).isNotNull();
  }

  @Test
  void aFunctionMayCaptureItself() {
    @SuppressWarnings("unchecked")
    RemoteFunction<Integer, Integer, RuntimeException>[] self = new RemoteFunction[1];
    self[0] = n -> n < 2 ? 1 : n * self[0].apply(n - 1);
    assertThat(pipe.copy(self[0]).apply(5)).isEqualTo(120);
  }

  @Test
  void listOfMayReachItselfThroughAMap() {
    Map<String, Object> map = new HashMap<>();
    List<Object> list = List.of(map, 1);
    map.put("list", list);
    List<Object> copy = pipe.copy(list);
    assertThat(((Map<?, ?>) copy.get(0)).get("list")).isSameAs(copy);
  }

  @Test
  void aHashSetIsFilledWhenItsElementsCanBeHashed() {
    Named a = new Named();
    Named b = new Named();
    a.group = new HashSet<>();
    b.group = a.group;
    a.name = "a";
    b.name = "b";
    a.group.addAll(List.of(a, b));
    for (Object root : List.of(a, b, a.group, new Cell(a, b), List.of(a.group, a))) {
      Object copy = pipe.copy(root);
      Set<Named> group =
          switch (copy) {
            case Named named -> named.group;
            case Cell cell -> ((Named) cell.head()).group;
            case List<?> list -> (Set<Named>) list.get(0);
            default -> (Set<Named>) copy;
          };
      assertThat(group).hasSize(2);
      for (Named each : group) {
        assertThat(group.contains(each)).as("%s from %s", each.name, root).isTrue();
        assertThat(each.group).isSameAs(group);
      }
    }
  }

  @Test
  void immutableHashCollectionsInCyclesAreMadeWhenTheirElementsCanBeHashed() {
    Named a = new Named();
    a.name = "a";
    a.group = Set.of(a);
    Named copy = pipe.copy(a);
    assertThat(copy.group.contains(copy)).isTrue();
    Map<Object, Object> holder = new HashMap<>();
    Map<Object, Object> map = Map.of(a, holder);
    holder.put(1, map);
    Map<Object, Object> mapCopy = pipe.copy(map);
    assertThat(((Map<?, ?>) mapCopy.values().iterator().next()).get(1)).isSameAs(mapCopy);
  }

  @Test
  void aConstructorGetsCollectionsThatAreFilled() {
    Frozen frozen = new Frozen(Map.of("a", 1), List.of("x"), Set.of(1, 2));
    assertThat(pipe.copy(frozen)).isEqualTo(frozen);
    Node holder = new Node();
    holder.other = new Frozen(new HashMap<>(Map.of("a", 1)), List.of(), Set.of());
    assertThat(((Frozen) pipe.copy(holder).other).map()).containsEntry("a", 1);
  }

  @Test
  void aLinkedListOfNinetyThousandNodesArrives() {
    Node head = null;
    for (int i = 0; i < 90_000; i++) {
      Node node = new Node();
      node.next = head;
      node.other = i;
      head = node;
    }
    int seen = 0;
    for (Node node = pipe.copy(head); node != null; node = node.next) {
      seen++;
    }
    assertThat(seen).isEqualTo(90_000);
  }

  @Test
  void aListOfRecordsFiftyThousandDeepArrivesOnAVirtualThreadToo() throws Exception {
    Object cell = null;
    for (int i = 0; i < 50_000; i++) {
      cell = new Cell(i, cell);
    }
    Object root = cell;
    Object[] result = new Object[1];
    Thread.ofVirtual().start(() -> result[0] = pipe.copy(root)).join();
    int seen = 0;
    for (Object each = result[0]; each != null; each = ((Cell) each).tail()) {
      seen++;
    }
    assertThat(seen).isEqualTo(50_000);
  }

  @Test
  void depthOverTheLimitIsRefusedOnBothSides() {
    Limits limits = Limits.DEFAULT.withMaxDepth(1000);
    Codec shallow = Pipe.codec(Pipe.ALLOW, limits);
    Codec deep = Pipe.codec(Pipe.ALLOW, Limits.DEFAULT);
    Object cell = null;
    for (int i = 0; i < 1000; i++) {
      cell = new Cell(i, cell);
    }
    Object fits = cell;
    Object tooDeep = new Cell(0, cell);
    assertThat(new Pipe(shallow, shallow).copy(fits)).isNotNull();
    assertThatThrownBy(() -> new Pipe(shallow, deep).copy(tooDeep))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxDepth is 1000");
    assertThatThrownBy(() -> new Pipe(deep, shallow).copy(tooDeep))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxDepth is 1000");
  }

  private static Object length(Object chain, int steps) {
    Object at = chain;
    for (int i = 0; i < steps; i++) {
      at =
          switch (at) {
            case List<?> list -> list.get(0);
            case Optional<?> optional -> optional.get();
            case Cell cell -> cell.tail();
            default -> throw new AssertionError(at);
          };
    }
    return ((Object[]) at)[0];
  }

  private static Map<Object, Object> identity(List<Object> list) {
    IdentityHashMap<Object, Object> map = new IdentityHashMap<>();
    list.forEach(each -> map.put(each, each));
    return map;
  }
}
