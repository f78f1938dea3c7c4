package io.farref.codec;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collections that cannot be changed, and entries: made from their elements. */
final class JdkImmutables {
  private JdkImmutables() {}

  static void register(CodecRegistry r) {
    TypeCodec listOf =
        new ElementsCodec(Tags.LIST_OF, false, elements -> List.of(notNull(elements))) {
          @Override
          TypeCodec select(Object value) {
            return allowsNull((List<?>) value) ? JdkTypes.codec(Tags.LIST_OF_NULLABLE) : this;
          }
        };
    r.add(
        listOf,
        List.of().getClass(),
        List.of(1).getClass(),
        List.of(1, 2, 3).getClass(),
        Stream.of(1, 2, 3).toList().getClass());
    r.add(
        new ElementsCodec(
            Tags.LIST_OF_NULLABLE, false, elements -> Arrays.stream(elements).toList()));
    r.add(
        new ElementsCodec(Tags.SET_OF, true, elements -> Set.of(notNull(elements))),
        Set.of().getClass(),
        Set.of(1).getClass(),
        Set.of(1, 2, 3).getClass());
    r.add(
        new EntriesCodec(Tags.MAP_OF, JdkImmutables::mapOf),
        Map.of().getClass(),
        Map.of(1, 1).getClass(),
        Map.of(1, 1, 2, 2).getClass());
    r.add(new NCopiesCodec(), Collections.nCopies(2, 1).getClass());
    r.add(
        new EntryCodec(Tags.MAP_ENTRY, e -> Map.entry(nn(e[0]), nn(e[1]))),
        Map.entry(1, 1).getClass());
  }

  private static Object nn(@Nullable Object value) {
    return Objects.requireNonNull(value, "null where none can be");
  }

  @SuppressWarnings("NullAway") // checked by the callee
  private static Object[] notNull(@Nullable Object[] elements) {
    return elements;
  }

  private static boolean allowsNull(List<?> list) {
    try {
      boolean _ = list.contains(null);
      return true;
    } catch (NullPointerException e) {
      return false;
    }
  }

  private static Object mapOf(@Nullable Object[] entries) {
    Map.Entry<?, ?>[] pairs = new Map.Entry<?, ?>[entries.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = Map.entry(nn(entries[2 * i]), nn(entries[2 * i + 1]));
    }
    return Map.ofEntries(pairs);
  }

  private static class ElementsCodec extends TypeCodec {
    private final boolean hashed;
    private final Function<@Nullable Object[], Object> maker;

    ElementsCodec(int tag, boolean hashed, Function<@Nullable Object[], Object> maker) {
      super(tag, Identity.LATE);
      this.hashed = hashed;
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      @Nullable Object[] elements = ((Collection<?>) value).toArray();
      out.out.writeVarInt(elements.length);
      out.writeElements(elements);
    }

    @Override
    Object read(Decoder in, int id) {
      return in.objects.build(id, in.readElements(in.readCount(1)), hashed, maker);
    }
  }

  private static final class EntriesCodec extends TypeCodec {
    private final Function<@Nullable Object[], Object> maker;

    EntriesCodec(int tag, Function<@Nullable Object[], Object> maker) {
      super(tag, Identity.LATE);
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      out.writeEntries((Map<?, ?>) value);
    }

    @Override
    Object read(Decoder in, int id) {
      return in.objects.build(id, JdkMaps.readEntries(in), true, maker);
    }
  }

  private static final class EntryCodec extends TypeCodec {
    private final Function<@Nullable Object[], Object> maker;

    EntryCodec(int tag, Function<@Nullable Object[], Object> maker) {
      super(tag, Identity.LATE);
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) value;
      out.writePart("getKey()", entry.getKey());
      out.writePart("getValue()", entry.getValue());
    }

    @Override
    Object read(Decoder in, int id) {
      return in.build(id, in.readElements(2), maker);
    }
  }

  private static final class NCopiesCodec extends TypeCodec {
    NCopiesCodec() {
      super(Tags.N_COPIES, Identity.LATE);
    }

    @Override
    void write(Encoder out, Object value) {
      List<?> list = (List<?>) value;
      out.out.writeVarInt(list.size());
      out.writeElement(0, list.isEmpty() ? null : list.get(0));
    }

    @Override
    Object read(Decoder in, int id) {
      int count = in.in.readVarInt();
      io.farref.Limits.check("maxElements", count, in.limits().maxElements());
      return in.build(id, in.readElements(1), parts -> Collections.nCopies(count, parts[0]));
    }
  }
}
