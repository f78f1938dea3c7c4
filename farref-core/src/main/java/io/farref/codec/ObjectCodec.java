package io.farref.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An object of an allowed class: its fields and those of its superclasses, the transient ones left
 * at their defaults. No constructor of it runs. If it extends a standard collection, its elements
 * follow its fields, added by its own {@code add} or {@code put}.
 */
final class ObjectCodec extends ShapedCodec {
  private static final Set<Class<?>> COLLECTIONS =
      Set.of(
          ArrayList.class,
          LinkedList.class,
          Vector.class,
          ArrayDeque.class,
          HashSet.class,
          LinkedHashSet.class,
          TreeSet.class,
          PriorityQueue.class,
          HashMap.class,
          LinkedHashMap.class,
          ConcurrentHashMap.class,
          TreeMap.class);

  private final FieldAccess[] fields;
  private final Instantiator instantiator;
  private final Contents contents;
  private final boolean sorted;

  /** The contents of an object besides its fields. */
  private enum Contents {
    NONE,
    ELEMENTS,
    ENTRIES
  }

  private ObjectCodec(
      Class<?> type,
      List<FieldAccess> fields,
      Instantiator instantiator,
      Contents contents,
      boolean sorted) {
    super(
        Tags.OBJECT,
        Identity.EARLY,
        type,
        Stream.concat(
                fields.stream().map(FieldAccess::descriptor),
                contents == Contents.NONE ? Stream.of() : Stream.of(contents.name()))
            .toList());
    this.fields = fields.toArray(FieldAccess[]::new);
    this.instantiator = instantiator;
    this.contents = contents;
    this.sorted = sorted;
  }

  /**
   * Makes the codec of a class.
   *
   * @throws Unsendable if its instances cannot be rebuilt
   * @throws InaccessibleObjectException if a module does not open a package to us
   */
  static ObjectCodec of(Class<?> type) {
    Class<?> base = type;
    while (!JdkTypes.isJdk(base)) {
      base = base.getSuperclass();
    }
    List<FieldAccess> fields = FieldAccess.of(type, base);
    try {
      if (COLLECTIONS.contains(base)) {
        boolean map = Map.class.isAssignableFrom(base);
        boolean sorted =
            SortedSet.class.isAssignableFrom(base)
                || SortedMap.class.isAssignableFrom(base)
                || base == PriorityQueue.class;
        Instantiator instantiator =
            sorted ? Instantiator.of(type, base, Comparator.class) : Instantiator.of(type, base);
        return new ObjectCodec(
            type, fields, instantiator, map ? Contents.ENTRIES : Contents.ELEMENTS, sorted);
      }
      if (hasState(base)) {
        throw Unsendable.noEncoding(
            type.getTypeName(),
            "it extends " + base.getName() + ", " + UnsupportedTypeAdvice.about(base));
      }
      Constructor<?> constructor = base.getDeclaredConstructor();
      if ((constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0) {
        throw new NoSuchMethodException();
      }
      return new ObjectCodec(type, fields, Instantiator.of(type, base), Contents.NONE, false);
    } catch (NoSuchMethodException e) {
      throw Unsendable.noEncoding(
          type.getTypeName(),
          "it extends "
              + base.getName()
              + ", which cannot be made without arguments; "
              + UnsupportedTypeAdvice.GENERAL);
    }
  }

  @Override
  void writeBody(Encoder out, Object value) {
    if (sorted) {
      out.writePart("comparator()", comparator(value));
    }
    for (FieldAccess field : fields) {
      field.write(out, value);
    }
    switch (contents) {
      case NONE -> {}
      case ELEMENTS -> {
        @Nullable Object[] elements = ((Collection<?>) value).toArray();
        out.out.writeVarInt(elements.length);
        out.writeElements(elements);
      }
      case ENTRIES -> out.writeEntries((Map<?, ?>) value);
    }
  }

  @Override
  Object readBody(Decoder in, int id) {
    Object object =
        sorted ? instantiator.make(in.readNullable(Comparator.class)) : instantiator.make();
    in.objects.register(id, object);
    for (FieldAccess field : fields) {
      field.read(in, object);
    }
    if (contents != Contents.NONE) {
      readContents(in, id, object);
    }
    return object;
  }

  @SuppressWarnings("unchecked") // a collection of anything
  private void readContents(Decoder in, int id, Object object) {
    if (contents == Contents.ENTRIES) {
      Map<@Nullable Object, @Nullable Object> map =
          (Map<@Nullable Object, @Nullable Object>) object;
      in.objects.fill(id, JdkMaps.readEntries(in), true, ready -> JdkMaps.putAll(map, ready));
    } else {
      Collection<@Nullable Object> collection = (Collection<@Nullable Object>) object;
      @Nullable Object[] elements = in.readElements(in.readCount(1));
      boolean complete = sorted || object instanceof Set;
      in.objects.fill(id, elements, complete, ready -> JdkCollections.addAll(collection, ready));
    }
  }

  private static @Nullable Object comparator(Object value) {
    return switch (value) {
      case SortedSet<?> set -> set.comparator();
      case SortedMap<?, ?> map -> map.comparator();
      case PriorityQueue<?> queue -> queue.comparator();
      default -> throw new AssertionError(value.getClass());
    };
  }

  private static boolean hasState(Class<?> jdkClass) {
    for (Class<?> each = jdkClass; each != null; each = each.getSuperclass()) {
      if (Arrays.stream(each.getDeclaredFields()).anyMatch(FieldAccess::travels)) {
        return true;
      }
    }
    return false;
  }
}
