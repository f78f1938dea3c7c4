package io.farref.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectInputValidation;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.StreamCorruptedException;
import org.jspecify.annotations.Nullable;

/**
 * Gives a class of the JDK back in its {@code readObject} what {@link SerialOutput} collected. The
 * items may come from a malicious peer: one of another type than is wanted is an exception, and a
 * class may allocate no array that is much larger than what was sent.
 */
final class SerialInput extends ObjectInputStream {
  private static final int FREE_LENGTH = 1 << 10;
  private static final int LENGTH_PER_ITEM = 16;

  private final SerialLevel level;
  private final Object object;
  private final @Nullable Object[] items;
  private int next;

  SerialInput(SerialLevel level, Object object, @Nullable Object[] items) throws IOException {
    this.level = level;
    this.object = object;
    this.items = items;
    if (!level.readsItself()) {
      return;
    }
    long longest = Math.max(FREE_LENGTH, (long) items.length * LENGTH_PER_ITEM);
    setObjectInputFilter(
        info ->
            info.arrayLength() > longest
                ? ObjectInputFilter.Status.REJECTED
                : ObjectInputFilter.Status.ALLOWED);
  }

  private @Nullable Object item() throws IOException {
    if (next == items.length) {
      throw new EOFException("only " + next + " items were sent of a " + level.type().getName());
    }
    return items[next++];
  }

  private <T> T item(Class<T> type) throws IOException {
    Object item = item();
    if (!type.isInstance(item)) {
      throw new StreamCorruptedException("wanted a " + type.getSimpleName());
    }
    return type.cast(item);
  }

  @Override
  protected @Nullable Object readObjectOverride() throws IOException {
    return item();
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK says nothing of null
  public Object readUnshared() throws IOException {
    return item();
  }

  @Override
  public void defaultReadObject() throws IOException, ClassNotFoundException {
    level.readFields(object, this);
  }

  @Override
  public GetField readFields() throws IOException {
    ObjectStreamField[] fields = level.fields();
    @Nullable Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = item();
    }
    return new Fields(level, values);
  }

  @Override
  public void registerValidation(ObjectInputValidation validation, int priority)
      throws InvalidObjectException {
    validation.validateObject();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return item(Boolean.class);
  }

  @Override
  public byte readByte() throws IOException {
    return item(Byte.class);
  }

  @Override
  public int readUnsignedByte() throws IOException {
    return item(Byte.class) & 0xFF;
  }

  @Override
  public short readShort() throws IOException {
    return item(Short.class);
  }

  @Override
  public int readUnsignedShort() throws IOException {
    return item(Short.class) & 0xFFFF;
  }

  @Override
  public char readChar() throws IOException {
    return item(Character.class);
  }

  @Override
  public int readInt() throws IOException {
    return item(Integer.class);
  }

  @Override
  public long readLong() throws IOException {
    return item(Long.class);
  }

  @Override
  public float readFloat() throws IOException {
    return item(Float.class);
  }

  @Override
  public double readDouble() throws IOException {
    return item(Double.class);
  }

  @Override
  public String readUTF() throws IOException {
    return item(String.class);
  }

  @Override
  public int read() throws IOException {
    return item(Byte.class) & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    readFully(target, offset, length);
    return length;
  }

  @Override
  public void readFully(byte[] target) throws IOException {
    readFully(target, 0, target.length);
  }

  @Override
  public void readFully(byte[] target, int offset, int length) throws IOException {
    byte[] bytes = item(byte[].class);
    if (bytes.length != length) {
      throw new StreamCorruptedException(bytes.length + " bytes where " + length + " are wanted");
    }
    System.arraycopy(bytes, 0, target, offset, length);
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public int skipBytes(int count) throws IOException {
    throw new IOException("nothing can be skipped");
  }

  @Override
  public void close() {}

  private static final class Fields extends GetField {
    private final SerialLevel level;
    private final @Nullable Object[] values;

    Fields(SerialLevel level, @Nullable Object[] values) {
      this.level = level;
      this.values = values;
    }

    private @Nullable Object value(String name) {
      return values[level.indexOf(name)];
    }

    private <T> T value(String name, Class<T> type) throws IOException {
      Object value = value(name);
      if (!type.isInstance(value)) {
        throw new StreamCorruptedException(name + " is not a " + type.getSimpleName());
      }
      return type.cast(value);
    }

    @Override
    public ObjectStreamClass getObjectStreamClass() {
      return ObjectStreamClass.lookupAny(level.type());
    }

    @Override
    public boolean defaulted(String name) {
      return false;
    }

    @Override
    public boolean get(String name, boolean value) throws IOException {
      return value(name, Boolean.class);
    }

    @Override
    public byte get(String name, byte value) throws IOException {
      return value(name, Byte.class);
    }

    @Override
    public char get(String name, char value) throws IOException {
      return value(name, Character.class);
    }

    @Override
    public short get(String name, short value) throws IOException {
      return value(name, Short.class);
    }

    @Override
    public int get(String name, int value) throws IOException {
      return value(name, Integer.class);
    }

    @Override
    public long get(String name, long value) throws IOException {
      return value(name, Long.class);
    }

    @Override
    public float get(String name, float value) throws IOException {
      return value(name, Float.class);
    }

    @Override
    public double get(String name, double value) throws IOException {
      return value(name, Double.class);
    }

    @Override
    public @Nullable Object get(String name, @Nullable Object value) {
      return value(name);
    }
  }
}
