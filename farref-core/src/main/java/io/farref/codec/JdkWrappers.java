package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code Collections.unmodifiable...} and {@code synchronized...}: the same wrapper around a
 * standard collection with the same elements. On the wire: kind, comparator if sorted, elements.
 */
@SuppressWarnings({
  "unchecked",
  "rawtypes",
  "JdkObsolete"
}) // collections of anything, in a table of functions
final class JdkWrappers {
  private record SetKind(
      boolean sorted,
      Function<@Nullable Comparator, Collection> inner,
      Function<Collection, Collection> wrap) {}

  private record MapKind(
      boolean sorted, Function<@Nullable Comparator, Map> inner, Function<Map, Map> wrap) {}

  // By index on the wire: append only.
  private static final List<SetKind> COLLECTIONS =
      List.of(
          plain(ArrayList::new, Collections::unmodifiableCollection),
          plain(LinkedHashSet::new, c -> Collections.unmodifiableSet((Set) c)),
          sorted(c -> Collections.unmodifiableSortedSet((SortedSet) c)),
          sorted(c -> Collections.unmodifiableNavigableSet((NavigableSet) c)),
          plain(ArrayList::new, c -> Collections.unmodifiableList((List) c)),
          plain(LinkedList::new, c -> Collections.unmodifiableList((List) c)),
          plain(LinkedHashSet::new, c -> Collections.unmodifiableSequencedSet((LinkedHashSet) c)),
          plain(ArrayList::new, c -> Collections.unmodifiableSequencedCollection((List) c)),
          plain(ArrayList::new, Collections::synchronizedCollection),
          plain(LinkedHashSet::new, c -> Collections.synchronizedSet((Set) c)),
          sorted(c -> Collections.synchronizedSortedSet((SortedSet) c)),
          sorted(c -> Collections.synchronizedNavigableSet((NavigableSet) c)),
          plain(ArrayList::new, c -> Collections.synchronizedList((List) c)),
          plain(LinkedList::new, c -> Collections.synchronizedList((List) c)));

  // By index on the wire: append only.
  private static final List<MapKind> MAPS =
      List.of(
          new MapKind(false, c -> new LinkedHashMap(), m -> Collections.unmodifiableMap(m)),
          new MapKind(true, TreeMap::new, m -> Collections.unmodifiableSortedMap((SortedMap) m)),
          new MapKind(
              true, TreeMap::new, m -> Collections.unmodifiableNavigableMap((NavigableMap) m)),
          new MapKind(
              false,
              c -> new LinkedHashMap(),
              m -> Collections.unmodifiableSequencedMap((SequencedMap) m)),
          new MapKind(false, c -> new LinkedHashMap(), m -> Collections.synchronizedMap(m)),
          new MapKind(true, TreeMap::new, m -> Collections.synchronizedSortedMap((SortedMap) m)),
          new MapKind(
              true, TreeMap::new, m -> Collections.synchronizedNavigableMap((NavigableMap) m)));

  private JdkWrappers() {}

  static void register(CodecRegistry r) {
    WrapperCodec reader = new WrapperCodec(0);
    r.add(reader);
    for (int i = 0; i < COLLECTIONS.size(); i++) {
      SetKind kind = COLLECTIONS.get(i);
      r.byClass.put(kind.wrap.apply(kind.inner.apply(null)).getClass(), new WrapperCodec(i));
    }
    r.add(new MapWrapperCodec(0));
    for (int i = 0; i < MAPS.size(); i++) {
      MapKind kind = MAPS.get(i);
      r.byClass.put(kind.wrap.apply(kind.inner.apply(null)).getClass(), new MapWrapperCodec(i));
    }
  }

  private static SetKind plain(
      java.util.function.Supplier<Collection> inner, Function<Collection, Collection> wrap) {
    return new SetKind(false, c -> inner.get(), wrap);
  }

  private static SetKind sorted(Function<Collection, Collection> wrap) {
    return new SetKind(true, TreeSet::new, wrap);
  }

  private static <K> K kind(List<K> kinds, int index) {
    if (index >= kinds.size()) {
      throw new MalformedException("collection wrapper " + index);
    }
    return kinds.get(index);
  }

  private static final class WrapperCodec extends TypeCodec {
    private final int index;

    WrapperCodec(int index) {
      super(Tags.WRAPPED_COLLECTION, Identity.EARLY);
      this.index = index;
    }

    @Override
    void write(Encoder out, Object value) {
      out.out.writeByte(index);
      if (COLLECTIONS.get(index).sorted) {
        out.writePart("comparator()", ((SortedSet) value).comparator());
      }
      @Nullable Object[] elements = ((Collection) value).toArray();
      out.out.writeVarInt(elements.length);
      out.writeElements(elements);
    }

    @Override
    Object read(Decoder in, int id) {
      SetKind kind = kind(COLLECTIONS, in.in.readUnsignedByte());
      Collection inner = kind.inner.apply(kind.sorted ? in.readNullable(Comparator.class) : null);
      Object result = kind.wrap.apply(inner);
      in.objects.register(id, result);
      @Nullable Object[] elements = in.readElements(in.readCount(1));
      in.objects.fill(
          id, elements, inner instanceof Set, ready -> JdkCollections.addAll(inner, ready));
      return result;
    }
  }

  private static final class MapWrapperCodec extends TypeCodec {
    private final int index;

    MapWrapperCodec(int index) {
      super(Tags.WRAPPED_MAP, Identity.EARLY);
      this.index = index;
    }

    @Override
    void write(Encoder out, Object value) {
      out.out.writeByte(index);
      if (MAPS.get(index).sorted) {
        out.writePart("comparator()", ((SortedMap) value).comparator());
      }
      out.writeEntries((Map<?, ?>) value);
    }

    @Override
    Object read(Decoder in, int id) {
      MapKind kind = kind(MAPS, in.in.readUnsignedByte());
      Map inner = kind.inner.apply(kind.sorted ? in.readNullable(Comparator.class) : null);
      Object result = kind.wrap.apply(inner);
      in.objects.register(id, result);
      in.objects.fill(id, JdkMaps.readEntries(in), true, entries -> JdkMaps.putAll(inner, entries));
      return result;
    }
  }
}
