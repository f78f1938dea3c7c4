package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Collections that can be changed: made empty, then filled. */
@SuppressWarnings("JdkObsolete") // obsolete ones travel too
final class JdkCollections {
  private JdkCollections() {}

  static void register(CodecRegistry r) {
    plain(r, Tags.ARRAY_LIST, ArrayList.class, ArrayList::new);
    plain(r, Tags.LINKED_LIST, LinkedList.class, n -> new LinkedList<>());
    plain(r, Tags.ARRAY_DEQUE, ArrayDeque.class, ArrayDeque::new);
    plain(
        r, Tags.CONCURRENT_QUEUE, ConcurrentLinkedQueue.class, n -> new ConcurrentLinkedQueue<>());
    plain(
        r, Tags.CONCURRENT_DEQUE, ConcurrentLinkedDeque.class, n -> new ConcurrentLinkedDeque<>());
    r.add(
        new PlainCodec(Tags.COPY_ON_WRITE_LIST, false, n -> new CopyOnWriteArrayList<>()),
        CopyOnWriteArrayList.class);
    r.add(
        new PlainCodec(Tags.COPY_ON_WRITE_SET, true, n -> new CopyOnWriteArraySet<>()),
        CopyOnWriteArraySet.class);
    r.add(new HashSetCodec(), HashSet.class);
    hashed(
        r,
        Tags.LINKED_HASH_SET,
        LinkedHashSet.class,
        n -> LinkedHashSet.newLinkedHashSet(modest(n)));
    sorted(
        r,
        Tags.TREE_SET,
        TreeSet.class,
        set -> ((TreeSet<?>) set).comparator(),
        comparator -> new TreeSet<>(comparator));
    sorted(
        r,
        Tags.SKIP_LIST_SET,
        ConcurrentSkipListSet.class,
        set -> ((ConcurrentSkipListSet<?>) set).comparator(),
        comparator -> new ConcurrentSkipListSet<>(comparator));
    sorted(
        r,
        Tags.PRIORITY_QUEUE,
        PriorityQueue.class,
        queue -> ((PriorityQueue<?>) queue).comparator(),
        comparator -> new PriorityQueue<>(comparator));
    sorted(
        r,
        Tags.PRIORITY_BLOCKING_QUEUE,
        PriorityBlockingQueue.class,
        queue -> ((PriorityBlockingQueue<?>) queue).comparator(),
        comparator -> new PriorityBlockingQueue<>(11, comparator));
    plain(r, Tags.TRANSFER_QUEUE, LinkedTransferQueue.class, n -> new LinkedTransferQueue<>());
    r.add(new PlainCodec(Tags.DELAY_QUEUE, true, n -> delayQueue()), DelayQueue.class);
    r.add(
        new BoundedCodec(Tags.LINKED_BLOCKING_QUEUE, LinkedBlockingQueue::new),
        LinkedBlockingQueue.class);
    r.add(
        new BoundedCodec(Tags.LINKED_BLOCKING_DEQUE, LinkedBlockingDeque::new),
        LinkedBlockingDeque.class);
    r.add(new ArrayQueueCodec(), ArrayBlockingQueue.class);
    r.add(new EnumSetCodec(), EnumSet.class, EnumSet.noneOf(Thread.State.class).getClass());
    r.byClass.put(hugeEnumSet(), r.byTag[Tags.ENUM_SET]);
  }

  /**
   * Capacity for so many elements at once, unless there are so many that it is better to grow as
   * they arrive.
   */
  static int modest(int count) {
    return Math.min(count, 1 << 16);
  }

  /** Adds elements to an empty collection; one that refuses an element throws by itself. */
  static void addAll(Collection<@Nullable Object> target, @Nullable Object[] elements) {
    target.addAll(Arrays.asList(elements));
    checkSize(target, target.size(), elements.length);
  }

  /** Checks that nothing got lost: elements that differed may be equal here. */
  static void checkSize(Object target, int size, int sent) {
    if (size != sent) {
      throw Errors.encoding(
          "a "
              + target.getClass().getName()
              + " of "
              + sent
              + " items would have "
              + size
              + " here: some that were different are equal by their equals, hashCode or comparator"
              + " now; were they changed after they had been put in?");
    }
  }

  private static void plain(
      CodecRegistry r, int tag, Class<?> type, IntFunction<Collection<@Nullable Object>> maker) {
    r.add(new PlainCodec(tag, false, maker), type);
  }

  private static void hashed(
      CodecRegistry r, int tag, Class<?> type, IntFunction<Collection<@Nullable Object>> maker) {
    r.add(new PlainCodec(tag, true, maker), type);
  }

  private static void sorted(
      CodecRegistry r,
      int tag,
      Class<?> type,
      Function<Collection<?>, @Nullable Comparator<?>> comparator,
      Function<@Nullable Comparator<Object>, Collection<@Nullable Object>> maker) {
    r.add(new SortedCodec(tag, comparator, maker), type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the queue checks its elements
  private static Collection<@Nullable Object> delayQueue() {
    return (Collection) new DelayQueue<>();
  }

  private static Class<?> hugeEnumSet() {
    return EnumSet.noneOf(Character.UnicodeScript.class).getClass();
  }

  private static final class PlainCodec extends TypeCodec {
    private final boolean hashed;
    private final IntFunction<Collection<@Nullable Object>> maker;

    PlainCodec(int tag, boolean hashed, IntFunction<Collection<@Nullable Object>> maker) {
      super(tag, Identity.EARLY);
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
      int count = in.readCount(1);
      Collection<@Nullable Object> result = maker.apply(count);
      in.objects.register(id, result);
      in.objects.fill(id, in.readElements(count), hashed, elements -> addAll(result, elements));
      return result;
    }
  }

  /** The size of its table, then as others. */
  private static final class HashSetCodec extends TypeCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(HashSet.class);
    private static final int FIRST = 3;

    HashSetCodec() {
      super(Tags.HASH_SET, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      // Capacity, load factor, size, elements.
      @Nullable Object[] items = LEVEL.write(value).items();
      int count = items.length - FIRST;
      new HashTableSize(
              (Integer) Objects.requireNonNull(items[0]), (Float) Objects.requireNonNull(items[1]))
          .write(out, count);
      for (int i = 0; i < count; i++) {
        out.writeElement(i, items[FIRST + i]);
      }
    }

    @Override
    Object read(Decoder in, int id) {
      HashTableSize.Read read = HashTableSize.read(in, 1);
      HashTableSize size = read.size();
      Set<@Nullable Object> result = new HashSet<>(size.capacity(), size.loadFactor());
      in.objects.register(id, result);
      in.objects.fill(
          id, in.readElements(read.count()), true, elements -> addAll(result, elements));
      return result;
    }
  }

  /** A blocking queue: its capacity, then as others. */
  private static final class BoundedCodec extends TypeCodec {
    @FunctionalInterface
    interface Maker {
      BlockingQueue<@Nullable Object> make(int capacity);
    }

    private final Maker maker;

    BoundedCodec(int tag, Maker maker) {
      super(tag, Identity.EARLY);
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      BlockingQueue<?> queue = (BlockingQueue<?>) value;
      @Nullable Object[] elements = queue.toArray();
      long capacity = (long) queue.remainingCapacity() + elements.length;
      out.out.writeVarInt(Math.clamp(capacity, 1, Integer.MAX_VALUE));
      out.out.writeVarInt(elements.length);
      out.writeElements(elements);
    }

    @Override
    Object read(Decoder in, int id) {
      int capacity = in.in.readVarInt();
      int count = in.readCount(1);
      if (capacity <= 0 || count > capacity) {
        throw new MalformedException(count + " elements in a queue for " + capacity);
      }
      Collection<@Nullable Object> result = maker.make(capacity);
      in.objects.register(id, result);
      in.objects.fill(id, in.readElements(count), false, elements -> addAll(result, elements));
      return result;
    }
  }

  /** An ArrayBlockingQueue: its capacity, whether it is fair, then as others. */
  private static final class ArrayQueueCodec extends TypeCodec {
    private static final SerialLevel LEVEL = SerialLevel.of(ArrayBlockingQueue.class);

    ArrayQueueCodec() {
      super(Tags.ARRAY_BLOCKING_QUEUE, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      ArrayBlockingQueue<?> queue = (ArrayBlockingQueue<?>) value;
      @Nullable Object[] elements = queue.toArray();
      Capacity.write(out, queue.remainingCapacity() + elements.length);
      boolean fair = LEVEL.field(queue, "lock") instanceof ReentrantLock lock && lock.isFair();
      out.out.writeByte(fair ? 1 : 0);
      out.out.writeVarInt(elements.length);
      out.writeElements(elements);
    }

    @Override
    Object read(Decoder in, int id) {
      int capacity = Capacity.read(in);
      boolean fair = in.in.readByte() != 0;
      int count = in.readCount(1);
      if (capacity == 0 || count > capacity) {
        throw new MalformedException(count + " elements in a queue for " + capacity);
      }
      Collection<@Nullable Object> result = new ArrayBlockingQueue<>(capacity, fair);
      in.objects.register(id, result);
      in.objects.fill(id, in.readElements(count), false, elements -> addAll(result, elements));
      return result;
    }
  }

  private static final class SortedCodec extends TypeCodec {
    private final Function<Collection<?>, @Nullable Comparator<?>> comparator;
    private final Function<@Nullable Comparator<Object>, Collection<@Nullable Object>> maker;

    SortedCodec(
        int tag,
        Function<Collection<?>, @Nullable Comparator<?>> comparator,
        Function<@Nullable Comparator<Object>, Collection<@Nullable Object>> maker) {
      super(tag, Identity.EARLY);
      this.comparator = comparator;
      this.maker = maker;
    }

    @Override
    void write(Encoder out, Object value) {
      Collection<?> collection = (Collection<?>) value;
      out.writePart("comparator()", comparator.apply(collection));
      @Nullable Object[] elements = collection.toArray();
      out.out.writeVarInt(elements.length);
      out.writeElements(elements);
    }

    @Override
    @SuppressWarnings("unchecked") // the comparison checks the types
    Object read(Decoder in, int id) {
      Collection<@Nullable Object> result =
          maker.apply((Comparator<Object>) in.readNullable(Comparator.class));
      in.objects.register(id, result);
      @Nullable Object[] elements = in.readElements(in.readCount(1));
      in.objects.fill(id, elements, true, ready -> addAll(result, ready));
      return result;
    }
  }

  /** An EnumSet: sym of the enum, count, ordinals. */
  private static final class EnumSetCodec extends TypeCodec {
    EnumSetCodec() {
      super(Tags.ENUM_SET, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      EnumSet<?> set = (EnumSet<?>) value;
      out.writeClass(universe(set));
      out.out.writeVarInt(set.size());
      set.forEach(out::write);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // checked by the set itself
    Object read(Decoder in, int id) {
      Class<?> type = in.readEnumClass();
      EnumSet result = EnumSet.noneOf((Class) type);
      in.objects.register(id, result);
      int count = in.readCount(1);
      for (int i = 0; i < count; i++) {
        result.add((Enum) in.read(type));
      }
      return result;
    }

    private static <E extends Enum<E>> Class<?> universe(EnumSet<E> set) {
      EnumSet<E> some = set.isEmpty() ? EnumSet.complementOf(set) : set;
      if (some.isEmpty()) {
        throw Unsendable.noEncoding("an EnumSet of an enum without constants", "leave it out");
      }
      return some.iterator().next().getDeclaringClass();
    }
  }
}
