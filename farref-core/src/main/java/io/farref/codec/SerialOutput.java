package io.farref.codec;

import java.io.IOException;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a class of the JDK says of one object in its {@code writeObject}: one item for each
 * primitive, boxed, each array of bytes and each object, in order.
 */
final class SerialOutput extends ObjectOutputStream {
  private static final @Nullable Object[] NOTHING = {};

  private final SerialLevel level;
  private final Object object;
  private final List<@Nullable Object> items = new ArrayList<>();
  private @Nullable Fields fields;
  private int firstElement = -1;

  SerialOutput(SerialLevel level, Object object) throws IOException {
    this.level = level;
    this.object = object;
  }

  /** What was collected. */
  @Nullable Object[] items() {
    return items.isEmpty() ? NOTHING : items.toArray();
  }

  /** The index of the first object that is not a field; the number of items if there is none. */
  int firstElement() {
    return firstElement < 0 ? items.size() : firstElement;
  }

  @Override
  protected void writeObjectOverride(@Nullable Object value) {
    if (firstElement < 0) {
      firstElement = items.size();
    }
    items.add(value);
  }

  @Override
  public void writeUnshared(@Nullable Object value) {
    items.add(value);
  }

  @Override
  public void defaultWriteObject() throws IOException {
    level.writeFields(object, this);
  }

  @Override
  public PutField putFields() {
    Fields made = new Fields(level);
    fields = made;
    return made;
  }

  @Override
  public void writeFields() throws IOException {
    if (fields == null) {
      throw new java.io.NotActiveException("no fields to write");
    }
    items.addAll(Arrays.asList(fields.values));
  }

  @Override
  public void writeBoolean(boolean value) {
    items.add(value);
  }

  @Override
  public void writeByte(int value) {
    items.add((byte) value);
  }

  @Override
  public void writeShort(int value) {
    items.add((short) value);
  }

  @Override
  public void writeChar(int value) {
    items.add((char) value);
  }

  @Override
  public void writeInt(int value) {
    items.add(value);
  }

  @Override
  public void writeLong(long value) {
    items.add(value);
  }

  @Override
  public void writeFloat(float value) {
    items.add(value);
  }

  @Override
  public void writeDouble(double value) {
    items.add(value);
  }

  @Override
  public void write(int value) {
    items.add((byte) value);
  }

  @Override
  public void write(byte[] bytes) {
    items.add(bytes.clone());
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    items.add(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public void writeUTF(String value) {
    items.add(value);
  }

  @Override
  public void writeBytes(String value) throws IOException {
    throw new IOException("bytes of a string are not collected");
  }

  @Override
  public void writeChars(String value) throws IOException {
    throw new IOException("characters of a string are not collected");
  }

  @Override
  public void flush() {}

  @Override
  public void reset() {}

  @Override
  protected void drain() {}

  @Override
  public void close() {}

  private static final class Fields extends PutField {
    private final SerialLevel level;
    private final @Nullable Object[] values;

    Fields(SerialLevel level) {
      this.level = level;
      this.values = level.zeros();
    }

    @Override
    public void put(String name, boolean value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, byte value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, char value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, short value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, int value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, long value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, float value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, double value) {
      values[level.indexOf(name)] = value;
    }

    @Override
    public void put(String name, @Nullable Object value) {
      int index = level.indexOf(name);
      values[index] = level.isRelic(index) ? null : value;
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal") // nothing calls it
    public void write(ObjectOutput out) {
      throw new UnsupportedOperationException();
    }
  }
}
