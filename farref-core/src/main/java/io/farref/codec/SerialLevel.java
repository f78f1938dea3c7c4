package io.farref.codec;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One class in the hierarchy of a serializable class of the JDK: what Java serialization would
 * write for it and read again, as an array of values. A class that has no {@code writeObject} has
 * one value for each field. Immutable, thread-safe.
 */
final class SerialLevel {
  private static final ClassValue<SerialLevel> CACHE =
      new ClassValue<>() {
        @Override
        protected SerialLevel computeValue(Class<?> type) {
          return new SerialLevel(type);
        }
      };

  private final Class<?> type;
  private final ObjectStreamField[] fields;
  private final @Nullable MethodHandle writeObject;
  private final @Nullable MethodHandle readObject;
  private final @Nullable MethodHandle writeFields;
  private final @Nullable MethodHandle readFields;

  private SerialLevel(Class<?> type) {
    this.type = type;
    this.fields = ObjectStreamClass.lookupAny(type).getFields();
    this.writeObject = SerializationHooks.method("writeObjectForSerialization", type);
    this.readObject = SerializationHooks.method("readObjectForSerialization", type);
    this.writeFields = SerializationHooks.method("defaultWriteObjectForSerialization", type);
    this.readFields = SerializationHooks.method("defaultReadObjectForSerialization", type);
  }

  /** That of a serializable class of the JDK. */
  static SerialLevel of(Class<?> type) {
    return CACHE.get(type);
  }

  Class<?> type() {
    return type;
  }

  /** The fields that it writes by default, in order. */
  ObjectStreamField[] fields() {
    return fields;
  }

  /** Whether code of the class looks at the values that are read, so that they must be complete. */
  boolean readsItself() {
    return readObject != null || external();
  }

  /**
   * Whether the class has fields that it does not write. The message that the virtual machine
   * computes for a null pointer is sent otherwise.
   */
  boolean losesState() {
    return writeObject == null
        && type != NullPointerException.class
        && Arrays.stream(type.getDeclaredFields())
            .map(Field::getModifiers)
            .anyMatch(each -> Modifier.isTransient(each) && !Modifier.isStatic(each));
  }

  /** What the class says of an object. */
  SerialOutput write(Object object) {
    try (SerialOutput out = new SerialOutput(this, object)) {
      if (external()) {
        ((Externalizable) object).writeExternal(out);
      } else if (writeObject != null) {
        writeObject.invoke(object, (ObjectOutputStream) out);
      } else {
        writeFields(object, out);
      }
      return out;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw Unsendable.failed(type.getTypeName(), "its writeObject failed: " + e, e);
    }
  }

  /** Gives an object what {@link #write} said of another. */
  void read(Object object, @Nullable Object[] items) {
    try (SerialInput in = new SerialInput(this, object, items)) {
      if (external()) {
        ((Externalizable) object).readExternal(in);
      } else if (readObject != null) {
        readObject.invoke(object, (ObjectInputStream) in);
        if (object instanceof Set || object instanceof Map) {
          JdkCollections.checkSize(object, write(object).items().length, items.length);
        }
      } else {
        readFields(object, in);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw Errors.encoding("cannot rebuild a " + type.getTypeName() + ": " + e, e);
    }
  }

  /** The value of one of its fields. */
  @Nullable Object field(Object object, String name) {
    return fieldsOf(object)[indexOf(name)];
  }

  /** The values of its fields, in order. */
  @Nullable Object[] fieldsOf(Object object) {
    try (SerialOutput out = new SerialOutput(this, object)) {
      writeFields(object, out);
      return out.items();
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
  }

  /** Lets a stream collect the fields of an object. */
  void writeFields(Object object, ObjectOutputStream out) throws IOException {
    if (writeFields == null) {
      var _ = out.putFields();
      out.writeFields();
    } else {
      call(writeFields, object, out);
    }
  }

  /** Sets the fields of an object from a stream. */
  void readFields(Object object, ObjectInputStream in) throws IOException, ClassNotFoundException {
    if (readFields == null) {
      var _ = in.readFields();
    } else {
      call(readFields, object, in);
    }
  }

  /** Whether a field is written for readers of the past only: it is sent as null. */
  boolean isRelic(int index) {
    return type == ConcurrentHashMap.class && fields[index].getName().equals("segments");
  }

  /** The place of a field. */
  int indexOf(String name) {
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].getName().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(type.getName() + " has no field " + name);
  }

  /** The lines of a shape that must be the same on both sides. */
  List<String> shape() {
    List<String> shape = new ArrayList<>();
    String name = DisplayNames.simple(type);
    for (ObjectStreamField each : fields) {
      shape.add(name + "." + each.getName() + ":" + each.getType().getTypeName());
    }
    if (writeObject != null || external()) {
      shape.add(name + " writes itself");
    }
    return shape;
  }

  /** The values of fields that a class does not set. */
  @Nullable Object[] zeros() {
    @Nullable Object[] zeros = new Object[fields.length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = zero(fields[i].getTypeCode());
    }
    return zeros;
  }

  private static @Nullable Object zero(char type) {
    return switch (type) {
      case 'Z' -> false;
      case 'B' -> (byte) 0;
      case 'C' -> (char) 0;
      case 'S' -> (short) 0;
      case 'I' -> 0;
      case 'J' -> 0L;
      case 'F' -> 0f;
      case 'D' -> 0d;
      default -> null;
    };
  }

  private boolean external() {
    return Externalizable.class.isAssignableFrom(type);
  }

  private void call(MethodHandle handle, Object object, Object stream) {
    try {
      handle.invoke(object, stream);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(type.getName() + ": " + e, e);
    }
  }
}
