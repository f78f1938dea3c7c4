package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instance field: read, written, encoded and decoded. A primitive has no tag. */
final class FieldAccess {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  final String name;
  private final String descriptor;
  private final char kind;
  private final MethodHandle getter;
  private final @Nullable MethodHandle setter;

  private FieldAccess(Field field, boolean writable) {
    field.setAccessible(true);
    name = field.getName();
    Class<?> type = field.getType();
    kind = type.isPrimitive() ? type.descriptorString().charAt(0) : 'L';
    Class<?> erased = type.isPrimitive() ? type : Object.class;
    descriptor = declarer(field) + "." + name + ":" + WireNames.describe(type);
    try {
      getter = LOOKUP.unreflectGetter(field).asType(MethodType.methodType(erased, Object.class));
      setter =
          writable
              ? LOOKUP
                  .unreflectSetter(field)
                  .asType(MethodType.methodType(void.class, Object.class, erased))
              : null;
    } catch (IllegalAccessException e) {
      throw new InaccessibleObjectException(e.getMessage());
    }
  }

  /** A component of a record, in its order; only to be read. */
  static FieldAccess component(Field field) {
    return new FieldAccess(field, false);
  }

  /**
   * The fields that travel of a class and those of its superclasses below {@code end}: the topmost
   * class first, in each by name.
   *
   * @throws InaccessibleObjectException if a module does not open a package to us
   */
  static List<FieldAccess> of(Class<?> type, Class<?> end) {
    List<FieldAccess> fields = new ArrayList<>();
    List<Class<?>> classes = new ArrayList<>();
    for (Class<?> each = type; each != null && each != end; each = each.getSuperclass()) {
      classes.add(each);
    }
    for (Class<?> each : classes.reversed()) {
      Arrays.stream(each.getDeclaredFields())
          .filter(FieldAccess::travels)
          .sorted(Comparator.comparing(Field::getName))
          .forEach(field -> fields.add(new FieldAccess(field, true)));
    }
    return fields;
  }

  /** Whether a field is part of an object's state. */
  static boolean travels(Field field) {
    return !Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers());
  }

  /** The line of the shape that must be the same on both sides. */
  String descriptor() {
    return descriptor;
  }

  /** Writes the field of an object. */
  void write(Encoder out, Object owner) {
    try {
      switch (kind) {
        case 'L' -> writeValue(out, owner, (Object) getter.invokeExact(owner));
        case 'I' -> out.out.writeZigZag((int) getter.invokeExact(owner));
        case 'J' -> out.out.writeZigZag((long) getter.invokeExact(owner));
        case 'Z' -> out.out.writeByte((boolean) getter.invokeExact(owner) ? 1 : 0);
        case 'B' -> out.out.writeByte((byte) getter.invokeExact(owner));
        case 'S' -> out.out.writeZigZag((short) getter.invokeExact(owner));
        case 'C' -> out.out.writeVarInt((char) getter.invokeExact(owner));
        case 'F' -> out.out.writeInt(Float.floatToRawIntBits((float) getter.invokeExact(owner)));
        default ->
            out.out.writeLong(Double.doubleToRawLongBits((double) getter.invokeExact(owner)));
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Reads the field of an object. */
  void read(Decoder in, Object owner) {
    MethodHandle set = setter;
    if (set == null) {
      throw new AssertionError("a record's field");
    }
    try {
      switch (kind) {
        case 'L' -> {
          Object value = in.read();
          if (value instanceof ForwardReference pending) {
            pending.then(made -> set(set, owner, made));
          } else {
            set(set, owner, value);
          }
        }
        case 'I' -> set.invokeExact(owner, in.readZigZagInt());
        case 'J' -> set.invokeExact(owner, in.in.readZigZag());
        case 'Z' -> set.invokeExact(owner, in.in.readByte() != 0);
        case 'B' -> set.invokeExact(owner, in.in.readByte());
        case 'S' -> set.invokeExact(owner, (short) in.readZigZagInt());
        case 'C' -> set.invokeExact(owner, (char) in.in.readVarInt());
        case 'F' -> set.invokeExact(owner, Float.intBitsToFloat(in.in.readInt()));
        default -> set.invokeExact(owner, Double.longBitsToDouble(in.in.readLong()));
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * Reads a value of the field's type without an object, boxed; may be a {@link ForwardReference}.
   */
  @Nullable Object read(Decoder in) {
    return switch (kind) {
      case 'L' -> in.read();
      case 'I' -> in.readZigZagInt();
      case 'J' -> in.in.readZigZag();
      case 'Z' -> in.in.readByte() != 0;
      case 'B' -> in.in.readByte();
      case 'S' -> (short) in.readZigZagInt();
      case 'C' -> (char) in.in.readVarInt();
      case 'F' -> Float.intBitsToFloat(in.in.readInt());
      default -> Double.longBitsToDouble(in.in.readLong());
    };
  }

  /**
   * Whether the field of an object has a value, as far as values can be compared that have no
   * identity: primitives, strings, numbers and enum constants. Any other object counts as the same.
   */
  boolean holds(Object owner, @Nullable Object value) {
    try {
      return switch (kind) {
        case 'L' -> isSame((Object) getter.invokeExact(owner), value);
        case 'I' -> value instanceof Integer i && i == (int) getter.invokeExact(owner);
        case 'J' -> value instanceof Long j && j == (long) getter.invokeExact(owner);
        case 'Z' -> value instanceof Boolean z && z == (boolean) getter.invokeExact(owner);
        case 'B' -> value instanceof Byte b && b == (byte) getter.invokeExact(owner);
        case 'S' -> value instanceof Short s && s == (short) getter.invokeExact(owner);
        case 'C' -> value instanceof Character c && c == (char) getter.invokeExact(owner);
        case 'F' -> value instanceof Float f && f.equals((float) getter.invokeExact(owner));
        default -> value instanceof Double d && d.equals((double) getter.invokeExact(owner));
      };
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the usual case
  private static boolean isSame(@Nullable Object held, @Nullable Object value) {
    return held == value
        || !(value instanceof String || value instanceof Number || value instanceof Enum<?>)
        || value.equals(held);
  }

  /** Copies the field from one object to another of the same class. */
  void copy(Object from, Object to) {
    if (kind != 'L' || setter == null) {
      throw new AssertionError(descriptor);
    }
    try {
      set(setter, to, (Object) getter.invokeExact(from));
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private void writeValue(Encoder out, Object owner, @Nullable Object value) {
    try {
      out.write(value);
    } catch (Unsendable e) {
      throw e.at(" -> " + DisplayNames.simple(owner.getClass()) + "." + name);
    }
  }

  private void set(MethodHandle set, Object owner, @Nullable Object value) {
    try {
      set.invokeExact(owner, value);
    } catch (ClassCastException e) {
      throw new MalformedException(
          "field "
              + descriptor
              + " cannot hold a "
              + (value == null ? "null" : DisplayNames.of(value)));
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (e instanceof Error error) {
      throw error;
    }
    throw new AssertionError("a field access threw a checked exception", e);
  }

  private static String declarer(Field field) {
    String name = WireNames.encode(field.getDeclaringClass().getName());
    return WireNames.isOurs(name) ? name : name.substring(name.lastIndexOf('.') + 1);
  }
}
