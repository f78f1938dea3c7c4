package io.farref.facade;

import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import io.farref.spi.ValueCodec;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Writes what a codec of this package writes as a list of items, and reads it back. */
final class CodecPipe {
  /** Every symbol that was written, again and again. */
  final List<String> symbols = new ArrayList<>();

  /** The names that writeValue was given. */
  final List<String> fields = new ArrayList<>();

  /** A copy of a call or of an answer, made by its codec; anything else as it is. */
  <V> V transfer(V value) {
    for (ValueCodec<?> codec : Facades.codecs()) {
      if (codec.type() == value.getClass()) {
        @SuppressWarnings("unchecked")
        ValueCodec<V> fitting = (ValueCodec<V>) codec;
        return transfer(fitting, value);
      }
    }
    return value;
  }

  private <V> V transfer(ValueCodec<V> codec, V value) {
    Queue<Object> items = new ArrayDeque<>();
    codec.write(value, new Writer(items));
    V arrived = read(codec, new Reader(items));
    if (!items.isEmpty()) {
      throw new AssertionError("not read: " + items);
    }
    return arrived;
  }

  /** Reads a call from these items. */
  static Object read(ValueCodec<?> codec, Object... items) {
    return read(codec, new Reader(new ArrayDeque<>(List.of(items))));
  }

  private static <V> V read(ValueCodec<V> codec, CallReader in) {
    return codec instanceof CallCodec<V> call ? call.readCall(in) : codec.read(in);
  }

  /** Stands for null, which a queue cannot hold. */
  private enum Null {
    NULL
  }

  private final class Writer implements CallWriter {
    private final Queue<Object> items;

    Writer(Queue<Object> items) {
      this.items = items;
    }

    @Override
    public void writeByte(int value) {
      items.add((byte) value);
    }

    @Override
    public void writeByte(int value, int ifFunctionsFollow) {
      items.add((byte) value);
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
    public void writeDouble(double value) {
      items.add(value);
    }

    @Override
    public void writeString(String value) {
      items.add(value);
    }

    @Override
    public void writeSymbol(String value) {
      symbols.add(value);
      items.add(value);
    }

    @Override
    public void writeBytes(byte[] bytes, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeValue(String field, Object value) {
      fields.add(field);
      items.add(value == null ? Null.NULL : value);
    }

    @Override
    public void writeBuffer(ByteBuffer bytes) {
      throw new UnsupportedOperationException();
    }
  }

  private record Reader(Queue<Object> items) implements CallReader {
    @Override
    public void admit(Called called) {}

    @Override
    public Class<?> readClassValue() {
      return (Class<?>) readValue();
    }

    @Override
    public Object readFunction() {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte readByte() {
      return (Byte) items.remove();
    }

    @Override
    public int readInt() {
      return (Integer) items.remove();
    }

    @Override
    public long readLong() {
      return (Long) items.remove();
    }

    @Override
    public double readDouble() {
      return (Double) items.remove();
    }

    @Override
    public String readString() {
      return (String) items.remove();
    }

    @Override
    public String readSymbol() {
      return (String) items.remove();
    }

    @Override
    public byte[] readBytes() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object readValue() {
      Object value = items.remove();
      return value == Null.NULL ? null : value;
    }

    @Override
    public ByteBuffer readBuffer() {
      throw new UnsupportedOperationException();
    }
  }
}
