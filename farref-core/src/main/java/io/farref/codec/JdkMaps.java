package io.farref.codec;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Maps that can be changed: made empty, then filled. */
@SuppressWarnings("JdkObsolete") // obsolete ones travel too
final class JdkMaps {
  private JdkMaps() {}

  static void register(CodecRegistry r) {
    r.add(new HashMapCodec(), HashMap.class);
    r.add(new LinkedMapCodec(), LinkedHashMap.class);
    plain(r, Tags.CONCURRENT_MAP, ConcurrentHashMap.class, n -> new ConcurrentHashMap<>());
    plain(r, Tags.IDENTITY_MAP, IdentityHashMap.class, IdentityHashMap::new);
    plain(r, Tags.WEAK_MAP, WeakHashMap.class, n -> new WeakHashMap<>());
    r.add(new HashtableCodec(), Hashtable.class);
    r.add(new PropertiesCodec(), Properties.class);
    r.add(
        new SortedMapCodec(Tags.TREE_MAP, comparator -> new TreeMap<>(comparator)), TreeMap.class);
    r.add(
        new SortedMapCodec(
            Tags.SKIP_LIST_MAP, comparator -> new ConcurrentSkipListMap<>(comparator)),
        ConcurrentSkipListMap.class);
    r.add(new EnumMapCodec(), EnumMap.class);
  }

  /** Puts keys and values, which alternate, into an empty map. */
  static void putAll(
      Map<@Nullable Object, @Nullable Object> target, @Nullable Object[] keysAndValues) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      target.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    JdkCollections.checkSize(target, target.size(), keysAndValues.length / 2);
  }

  /** Reads a number of entries, and their keys and values, which alternate. */
  static @Nullable Object[] readEntries(Decoder in) {
    return in.readElements(in.readCount(2) * 2);
  }

  private static void plain(
      CodecRegistry r,
      int tag,
      Class<?> type,
      IntFunction<Map<@Nullable Object, @Nullable Object>> maker) {
    r.add(new PlainMapCodec(tag, n -> maker.apply(JdkCollections.modest(n))), type);
  }

  private static class PlainMapCodec extends TypeCodec {
    private final IntFunction<Map<@Nullable Object, @Nullable Object>> maker;

    PlainMapCodec(int tag, IntFunction<Map<@Nullable Object, @Nullable Object>> maker) {
      super(tag, Identity.EARLY);
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      out.writeEntries((Map<?, ?>) value);
    }

    @Override
    Object read(Decoder in, int id) {
      int count = in.readCount(2);
      Map<@Nullable Object, @Nullable Object> result = maker.apply(count);
      in.objects.register(id, result);
      in.objects.fill(id, in.readElements(count * 2), true, entries -> putAll(result, entries));
      return result;
    }
  }

  /** The size of its table, then entries. */
  private static final class HashMapCodec extends TypeCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(HashMap.class);
    private static final int THRESHOLD = LEVEL.indexOf("threshold");
    private static final int LOAD_FACTOR = LEVEL.indexOf("loadFactor");

    HashMapCodec() {
      super(Tags.HASH_MAP, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      HashMap<?, ?> map = (HashMap<?, ?>) value;
      @Nullable Object[] fields = LEVEL.fieldsOf(map);
      int threshold = (Integer) Objects.requireNonNull(fields[THRESHOLD]);
      float loadFactor = (Float) Objects.requireNonNull(fields[LOAD_FACTOR]);
      Object[] entries = map.entrySet().toArray();
      HashTableSize.ofThreshold(threshold, loadFactor, entries.length).write(out, entries.length);
      out.writeEntries(entries);
    }

    @Override
    Object read(Decoder in, int id) {
      HashTableSize.Read read = HashTableSize.read(in, 2);
      HashTableSize size = read.size();
      Map<@Nullable Object, @Nullable Object> result =
          new HashMap<>(size.capacity(), size.loadFactor());
      in.objects.register(id, result);
      in.objects.fill(
          id, in.readElements(read.count() * 2), true, entries -> putAll(result, entries));
      return result;
    }
  }

  /** The size of its table and its load factor, then entries in the order that rebuilds it. */
  private static final class HashtableCodec extends TypeCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(Hashtable.class);
    private static final int LOAD_FACTOR = LEVEL.indexOf("loadFactor");
    private static final int LENGTH = LEVEL.fields().length;
    private static final int FIRST = LENGTH + 2;

    HashtableCodec() {
      super(Tags.HASHTABLE, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      @Nullable Object[] items = LEVEL.write(value).items();
      Capacity.write(out, (Integer) Objects.requireNonNull(items[LENGTH]));
      float loadFactor = (Float) Objects.requireNonNull(items[LOAD_FACTOR]);
      out.out.writeInt(Float.floatToRawIntBits(loadFactor));
      out.out.writeVarInt((items.length - FIRST) / 2);
      for (int i = FIRST; i < items.length; i += 2) {
        out.writeEntry(items[i], items[i + 1]);
      }
    }

    @Override
    @SuppressWarnings("NullAway") // refuses null by itself
    Object read(Decoder in, int id) {
      int capacity = Capacity.read(in);
      float loadFactor = HashTableSize.readLoadFactor(in);
      Hashtable<Object, Object> result = new Hashtable<>(capacity, loadFactor);
      in.objects.register(id, result);
      in.objects.fill(id, readEntries(in), true, entries -> putAll(result, entries));
      return result;
    }
  }

  /** One whose order is that of access travels as its serialized form. */
  private static final class LinkedMapCodec extends PlainMapCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(LinkedHashMap.class);

    LinkedMapCodec() {
      super(Tags.LINKED_HASH_MAP, n -> LinkedHashMap.newLinkedHashMap(JdkCollections.modest(n)));
    }

    @Override
    TypeCodec select(Object value) {
      return Boolean.TRUE.equals(LEVEL.field(value, "accessOrder"))
          ? SerialCodec.of(LinkedHashMap.class)
          : this;
    }
  }

  private static final class SortedMapCodec extends TypeCodec {
    private final Function<@Nullable Comparator<Object>, Map<@Nullable Object, @Nullable Object>>
        maker;

    SortedMapCodec(
        int tag,
        Function<@Nullable Comparator<Object>, Map<@Nullable Object, @Nullable Object>> maker) {
      super(tag, Identity.EARLY);
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      SortedMap<?, ?> map = (SortedMap<?, ?>) value;
      out.writePart("comparator()", map.comparator());
      out.writeEntries(map);
    }

    @Override
    @SuppressWarnings("unchecked") // the comparison checks the types
    Object read(Decoder in, int id) {
      Map<@Nullable Object, @Nullable Object> result =
          maker.apply((Comparator<Object>) in.readNullable(Comparator.class));
      in.objects.register(id, result);
      in.objects.fill(id, readEntries(in), true, entries -> putAll(result, entries));
      return result;
    }
  }

  /** Properties: the defaults, which are private, then as others. */
  private static final class PropertiesCodec extends TypeCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(Properties.class);

    PropertiesCodec() {
      super(Tags.PROPERTIES, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      out.writePart("defaults", LEVEL.field(value, "defaults"));
      out.writeEntries((Properties) value);
    }

    @Override
    @SuppressWarnings("NullAway") // refuses null by itself
    Object read(Decoder in, int id) {
      Properties result = new Properties(in.readNullable(Properties.class));
      in.objects.register(id, result);
      in.objects.fill(id, readEntries(in), true, entries -> putAll(result, entries));
      return result;
    }
  }

  /** An EnumMap: sym of the enum, entries. */
  private static final class EnumMapCodec extends TypeCodec {
    EnumMapCodec() {
      super(Tags.ENUM_MAP, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      EnumMap<?, ?> map = (EnumMap<?, ?>) value;
      out.writeClass(map.isEmpty() ? keyTypeOfEmpty(out, map) : keyType(map));
      out.writeEntries(map);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // checked by the map itself
    Object read(Decoder in, int id) {
      Class<?> type = in.readEnumClass();
      EnumMap result = new EnumMap((Class) type);
      in.objects.register(id, result);
      in.objects.fill(id, readEntries(in), false, entries -> putAll(result, entries));
      return result;
    }

    private static Class<?> keyType(EnumMap<?, ?> map) {
      return map.keySet().iterator().next().getDeclaringClass();
    }

    // The key type of an empty map is private, but a copy of the map names it when it refuses a
    // key.
    @SuppressWarnings({"unchecked", "rawtypes"}) // meant to fail
    private static Class<?> keyTypeOfEmpty(Encoder out, EnumMap<?, ?> map) {
      String refusal = "";
      try {
        ((EnumMap) map.clone()).put(NoKey.NONE, null);
      } catch (ClassCastException e) {
        refusal = String.valueOf(e.getMessage());
      }
      Class<?> type = out.findClass(refusal.substring(refusal.lastIndexOf(' ') + 1));
      if (type == null || !type.isEnum()) {
        throw Unsendable.noEncoding(
            "an empty EnumMap", "its key type cannot be found; send null, or Map.of()");
      }
      return type;
    }
  }

  private enum NoKey {
    NONE
  }
}
