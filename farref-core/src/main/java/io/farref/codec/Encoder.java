package io.farref.codec;

import io.farref.Limits;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of one message. A value that cannot travel is thrown as {@link Unsendable};
 * each container on the way up adds its step to the path.
 */
final class Encoder implements CallWriter {
  private static final int[] NO_NUMBERS = {};

  final Output out;
  final OutboundMessage message;
  private final TypeTable types;
  private final Limits limits;
  private final IdentityTable ids = new IdentityTable();
  private final boolean lenient;
  private int depth;
  private int hopAt = DeepStack.FIRST_LEVELS;

  // Objects made from their contents that are not finished, and whether the value being written
  // goes into an object made by code that cannot wait for them.
  private int[] unfinished = NO_NUMBERS;
  private int unfinishedCount;
  private boolean opaque;
  private @Nullable Set<Throwable> texts;

  // The byte that says whether functions follow, and the bit that says so.
  private int flagsAt;
  private int functionsFlag;

  /**
   * Makes one for one message.
   *
   * @param lenient whether a throwable that cannot travel is replaced by its text
   */
  Encoder(TypeTable types, Limits limits, Output out, OutboundMessage message, boolean lenient) {
    this.types = types;
    this.limits = limits;
    this.out = out;
    this.message = message;
    this.lenient = lenient;
  }

  /** A function is going to be written. */
  void functionFollows() {
    message.functionFollows();
    if (functionsFlag != 0) {
      out.array()[flagsAt] |= (byte) functionsFlag;
    }
  }

  /** Whether a throwable that cannot travel is replaced by its text. */
  boolean lenient() {
    return lenient;
  }

  /** Whether a throwable was found to travel as text only. */
  boolean isText(Throwable throwable) {
    return texts != null && texts.contains(throwable);
  }

  /** How many throwables travel as text only. */
  int textCount() {
    return texts == null ? 0 : texts.size();
  }

  /** Remembers that a throwable travels as text only. */
  void setText(Throwable throwable) {
    if (texts == null) {
      texts = Collections.newSetFromMap(new IdentityHashMap<>());
    }
    texts.add(throwable);
  }

  /** Writes any value. */
  void write(@Nullable Object value) {
    if (value == null) {
      out.writeByte(Tags.NULL);
      return;
    }
    Class<?> type = value.getClass();
    if (type == Integer.class) {
      out.writeByte(Tags.INT);
      out.writeZigZag((Integer) value);
    } else if (type == String.class) {
      if (!writeKnown(value)) {
        out.writeByte(Tags.STRING);
        Strings.write(out, (String) value);
      }
    } else {
      writeWith(types.get(type).select(value), value);
    }
  }

  /** Writes a value whose codec is known. */
  void writeWith(TypeCodec codec, Object value) {
    if (codec.identity == TypeCodec.Identity.NONE) {
      out.writeByte(codec.tag);
      codec.write(this, value);
      return;
    }
    if (writeKnown(value)) {
      return;
    }
    out.writeByte(codec.tag);
    if (++depth > limits.maxDepth()) {
      throw Unsendable.refused(
          DisplayNames.of(value),
          "limit maxDepth is " + limits.maxDepth() + ", and this graph nests deeper");
    }
    boolean outerOpaque = opaque;
    boolean late = codec.identity != TypeCodec.Identity.EARLY;
    if (late) {
      pushUnfinished(ids.size() - 1);
      opaque |= codec.identity == TypeCodec.Identity.OPAQUE;
    } else {
      opaque = false;
    }
    if (depth >= hopAt) {
      writeOnFreshStack(codec, value);
    } else {
      codec.write(this, value);
    }
    if (late) {
      unfinishedCount--;
    }
    opaque = outerOpaque;
    depth--;
  }

  /** Writes a value that is an element of the value being written. */
  void writeElement(int index, @Nullable Object value) {
    try {
      write(value);
    } catch (Unsendable e) {
      throw e.at("[" + index + "]");
    }
  }

  /** Writes elements, without their count. */
  void writeElements(@Nullable Object[] elements) {
    for (int i = 0; i < elements.length; i++) {
      writeElement(i, elements[i]);
    }
  }

  /** Writes the number of entries and the entries of a map, from a snapshot. */
  void writeEntries(Map<?, ?> map) {
    Object[] entries = map.entrySet().toArray();
    out.writeVarInt(entries.length);
    writeEntries(entries);
  }

  /** Writes entries, without their number. */
  void writeEntries(Object[] entries) {
    for (Object each : entries) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
      writeEntry(entry.getKey(), entry.getValue());
    }
  }

  /** Writes a key and its value. */
  void writeEntry(@Nullable Object key, @Nullable Object value) {
    try {
      write(key);
    } catch (Unsendable e) {
      throw e.at(".key");
    }
    try {
      write(value);
    } catch (Unsendable e) {
      throw e.at("[" + DisplayNames.ofKey(key) + "]");
    }
  }

  /** Writes a part that has a name. */
  void writePart(String name, @Nullable Object value) {
    try {
      write(value);
    } catch (Unsendable e) {
      throw e.at("." + name);
    }
  }

  /** Writes the number of a symbol. */
  void writeSymbol(Object key, Supplier<byte[]> definition) {
    out.writeVarInt(message.symbol(key, definition));
  }

  /** Writes a reference to a class. */
  void writeClass(Class<?> type) {
    out.writeVarInt(message.symbol(new ClassKey(type), () -> types.literal(type)));
  }

  /** The class of this name, as a receiver in this JVM would find it; null if there is none. */
  @Nullable Class<?> findClass(String name) {
    return types.find(name);
  }

  /** How many objects have numbers. */
  int objectCount() {
    return ids.size();
  }

  /** Remembers this state. */
  Mark mark() {
    return new Mark(out.size(), ids.size(), depth, unfinishedCount, hopAt, opaque);
  }

  /** Restores a state. */
  void reset(Mark mark) {
    out.truncate(mark.size);
    ids.truncate(mark.ids);
    depth = mark.depth;
    unfinishedCount = mark.unfinished;
    hopAt = mark.hopAt;
    opaque = mark.opaque;
  }

  /** A state to come back to when part of a message cannot travel. */
  record Mark(int size, int ids, int depth, int unfinished, int hopAt, boolean opaque) {}

  private boolean writeKnown(Object value) {
    int known = ids.find(value);
    if (known < 0) {
      return false;
    }
    if (opaque && isUnfinished(known)) {
      throw Unsendable.noEncoding(
          DisplayNames.of(value),
          "it contains itself, and a ValueCodec in between cannot read what is not finished;"
              + " break the cycle");
    }
    out.writeByte(Tags.REF);
    out.writeVarInt(known);
    return true;
  }

  private void pushUnfinished(int id) {
    if (unfinishedCount == unfinished.length) {
      unfinished = Arrays.copyOf(unfinished, Math.max(4, unfinishedCount * 2));
    }
    unfinished[unfinishedCount++] = id;
  }

  private boolean isUnfinished(int id) {
    return Arrays.binarySearch(unfinished, 0, unfinishedCount, id) >= 0;
  }

  private void writeOnFreshStack(TypeCodec codec, Object value) {
    int before = hopAt;
    hopAt = depth + DeepStack.LEVELS;
    DeepStack.call(
        () -> {
          codec.write(this, value);
          return Boolean.TRUE;
        });
    hopAt = before;
  }

  private record ClassKey(Class<?> type) {}

  private record TextKey(String text) {}

  // ---- CallWriter

  @Override
  public void writeByte(int value, int ifFunctionsFollow) {
    flagsAt = out.size();
    functionsFlag = ifFunctionsFollow;
    out.writeByte(value);
  }

  // ---- ValueWriter

  @Override
  public void writeByte(int value) {
    out.writeByte(value);
  }

  @Override
  public void writeInt(int value) {
    out.writeZigZag(value);
  }

  @Override
  public void writeLong(long value) {
    out.writeZigZag(value);
  }

  @Override
  public void writeDouble(double value) {
    out.writeLong(Double.doubleToRawLongBits(value));
  }

  @Override
  public void writeString(String value) {
    Strings.write(out, value);
  }

  @Override
  public void writeSymbol(String value) {
    out.writeVarInt(
        message.symbol(
            new TextKey(value),
            () -> {
              Output definition = new Output(value.length() + 8);
              definition.writeByte(Symbol.TEXT);
              Strings.write(definition, value);
              return definition.toByteArray();
            }));
  }

  @Override
  public void writeBytes(byte[] bytes, int offset, int length) {
    out.writeVarInt(length);
    out.writeBytes(bytes, offset, length);
  }

  @Override
  public void writeValue(String field, @Nullable Object value) {
    writePart(field, value);
  }

  @Override
  public void writeBuffer(ByteBuffer bytes) {
    out.writeVarInt(
        message.attachment(
            MemorySegment.ofBuffer(bytes), bytes.isDirect() ? Memory.OFF_HEAP : Memory.BYTES));
  }
}
