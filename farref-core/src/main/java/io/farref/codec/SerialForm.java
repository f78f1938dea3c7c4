package io.farref.codec;

import java.io.Externalizable;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.text.DecimalFormatSymbols;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.EventObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The serialized form of a class of the JDK: of the class itself and of its superclasses, what Java
 * serialization would write. The JDK promises that an object is complete when it has been read from
 * it, so private state travels without being known here. Immutable, thread-safe.
 */
final class SerialForm {
  private static final Set<String> PACKAGES =
      Set.of(
          "java.lang",
          "java.math",
          "java.net",
          "java.sql",
          "java.text",
          "java.time",
          "java.time.chrono",
          "java.time.temporal",
          "java.time.zone",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.regex",
          "sun.util.calendar");

  // An event loses its source, a semaphore and a hand-over their waiting threads; a URL asks the
  // network when it is compared; a permission means this JVM.
  private static final List<Class<?>> REFUSED =
      List.of(
          EventObject.class,
          Semaphore.class,
          SynchronousQueue.class,
          java.net.URL.class,
          java.security.Permission.class);

  // Not serializable, with fields that no object depends on: the count that iterators compare, and
  // caches.
  private static final Set<Class<?>> STATELESS = Set.of(AbstractList.class, AbstractMap.class);

  private static final ClassValue<Optional<SerialForm>> CACHE =
      new ClassValue<>() {
        @Override
        protected Optional<SerialForm> computeValue(Class<?> type) {
          return Optional.ofNullable(find(type));
        }
      };

  private final Class<?> type;
  private final List<SerialLevel> levels;
  private final Constructor<?> constructor;
  private final @Nullable MethodHandle replace;
  private final @Nullable MethodHandle resolve;

  private SerialForm(Class<?> type, List<SerialLevel> levels, Constructor<?> constructor) {
    this.type = type;
    this.levels = levels;
    this.constructor = constructor;
    this.replace = SerializationHooks.replacer("writeReplaceForSerialization", type);
    this.resolve = SerializationHooks.replacer("readResolveForSerialization", type);
  }

  /** The form of a class of the JDK; null if it has none or its instances may not travel. */
  static @Nullable SerialForm of(Class<?> jdkClass) {
    return CACHE.get(jdkClass).orElse(null);
  }

  /** The classes between a serializable class of the JDK and one of its superclasses. */
  static List<SerialLevel> levels(Class<?> type, Class<?> end) {
    List<SerialLevel> levels = new ArrayList<>();
    for (Class<?> each = type; each != end && each != null; each = each.getSuperclass()) {
      if (Serializable.class.isAssignableFrom(each)) {
        levels.addFirst(SerialLevel.of(each));
      }
    }
    return List.copyOf(levels);
  }

  /** Whether a class keeps no state, so that its no-argument constructor makes it complete. */
  static boolean stateless(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      boolean hasFields =
          Arrays.stream(each.getDeclaredFields())
              .anyMatch(field -> !Modifier.isStatic(field.getModifiers()));
      if (hasFields && !STATELESS.contains(each)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable SerialForm find(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)
        || type.isInterface()
        || type.isArray()
        || type.isEnum()
        || type.isHidden()
        || Throwable.class.isAssignableFrom(type)
        || !PACKAGES.contains(type.getPackageName())
        || UnsupportedTypeAdvice.aboutKind(type) != null
        || REFUSED.stream().anyMatch(each -> each.isAssignableFrom(type))) {
      return null;
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      return form(type, List.of(SerialLevel.of(type)), type);
    }
    Class<?> base = type;
    while (Serializable.class.isAssignableFrom(base)) {
      base = base.getSuperclass();
    }
    return stateless(base) ? form(type, levels(type, base), base) : null;
  }

  private static @Nullable SerialForm form(
      Class<?> type, List<SerialLevel> levels, Class<?> constructed) {
    try {
      return new SerialForm(type, levels, constructed.getDeclaredConstructor());
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  Class<?> type() {
    return type;
  }

  /** Whether a subclass that is not the JDK's has all of its state from these levels. */
  boolean completesSubclasses() {
    return levels.stream()
        .map(SerialLevel::type)
        .allMatch(
            each ->
                SerializationHooks.replacer("writeReplaceForSerialization", each) == null
                    && SerializationHooks.replacer("readResolveForSerialization", each) == null
                    && !Externalizable.class.isAssignableFrom(each));
  }

  /** The constructor that runs when an instance is made. */
  Class<?> constructed() {
    return constructor.getDeclaringClass();
  }

  /** Makes instances, for which {@link #read} must be called. */
  Instantiator instantiator() {
    try {
      return Instantiator.of(type, constructed());
    } catch (NoSuchMethodException e) {
      throw new AssertionError("it was there", e);
    }
  }

  /** Whether another object is written in place of an instance. */
  boolean replaces() {
    return replace != null;
  }

  /** Whether an instance is replaced by another object when it has been read. */
  boolean resolves() {
    return resolve != null;
  }

  /** The object that is written in place of an instance. */
  Object replacement(Object object) {
    Object made = call(replace, object);
    if (made == null) {
      throw Unsendable.noEncoding(type.getTypeName(), "its writeReplace returned null");
    }
    return made;
  }

  /** The object that an instance becomes when it has been read. */
  Object resolved(Object object) {
    Object made = call(resolve, object);
    if (made == null) {
      throw Errors.encoding("a " + type.getTypeName() + " became null when it was read");
    }
    return made;
  }

  /** The lines of a shape. */
  List<String> shape() {
    return levels.stream().flatMap(level -> level.shape().stream()).toList();
  }

  /**
   * Writes what the levels say of an object.
   *
   * @param sent the object that it is written for: itself, or one that it replaces
   */
  void write(Encoder out, Object object, Object sent) {
    if (object instanceof DecimalFormatSymbols symbols && hasOtherCurrency(symbols)) {
      throw Unsendable.noEncoding(
          type.getTypeName(), "its currency is not the one of its symbol; set its currency");
    }
    for (SerialLevel level : levels) {
      write(out, level, object, sent);
    }
  }

  // It would arrive without its currency.
  private static boolean hasOtherCurrency(DecimalFormatSymbols symbols) {
    Currency currency = symbols.getCurrency();
    return currency != null
        && !currency.getCurrencyCode().equals(symbols.getInternationalCurrencySymbol());
  }

  /** Writes what one level says of an object. */
  static void write(Encoder out, SerialLevel level, Object object, Object sent) {
    SerialOutput said = level.write(object);
    @Nullable Object[] items = said.items();
    out.out.writeVarInt(items.length);
    for (int i = 0; i < items.length; i++) {
      try {
        out.write(items[i] == object ? sent : items[i]);
      } catch (Unsendable e) {
        throw e.at(step(level, said, items, i, object));
      }
    }
  }

  /** Reads into an instance, now or when the values have been made that it needs. */
  void read(Decoder in, int id, Object object) {
    read(in, id, object, levels);
  }

  /** Reads some levels into an instance, now or when the values have been made that they need. */
  static void read(Decoder in, int id, Object object, List<SerialLevel> levels) {
    boolean complete = false;
    for (SerialLevel level : levels) {
      complete |= level.readsItself();
      @Nullable Object[] items = in.readElements(in.readCount(1));
      in.objects.fill(id, items, complete, ready -> level.read(object, ready));
    }
  }

  /** Reads an object that {@link #resolved} makes. */
  Object readResolved(Decoder in, int id, Instantiator instantiator) {
    List<@Nullable Object> all = new ArrayList<>();
    int[] ends = new int[levels.size()];
    for (int i = 0; i < ends.length; i++) {
      all.addAll(Arrays.asList(in.readElements(in.readCount(1))));
      ends[i] = all.size();
    }
    // Its fields may hold the object itself, as it was before it is replaced.
    Object own = in.objects.forward(id);
    List<Integer> selves =
        IntStream.range(0, all.size())
            .filter(i -> own != null && all.get(i) == own)
            .boxed()
            .toList();
    selves.forEach(i -> all.set(i, null));
    return in.objects.build(
        id,
        all.toArray(),
        true,
        ready -> {
          Object object = instantiator.make();
          selves.forEach(i -> ready[i] = object);
          int from = 0;
          for (int i = 0; i < ends.length; i++) {
            levels.get(i).read(object, Arrays.copyOfRange(ready, from, ends[i]));
            from = ends[i];
          }
          return resolved(object);
        });
  }

  private static String step(
      SerialLevel level, SerialOutput said, @Nullable Object[] items, int index, Object object) {
    int element = index - said.firstElement();
    if (element < 0) {
      return index < level.fields().length
          ? " -> " + DisplayNames.simple(level.type()) + "." + level.fields()[index].getName()
          : "";
    }
    if (!(object instanceof Map)) {
      return "[" + element + "]";
    }
    return element % 2 == 0 ? ".key" : "[" + DisplayNames.ofKey(items[index - 1]) + "]";
  }

  private @Nullable Object call(@Nullable MethodHandle handle, Object object) {
    if (handle == null) {
      return object;
    }
    try {
      return (@Nullable Object) handle.invokeExact(object);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw Errors.encoding("cannot replace a " + type.getTypeName() + ": " + e, e);
    }
  }
}
