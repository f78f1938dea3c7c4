package io.farref.codec;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the values of one message, and trusts none of it. */
final class Decoder implements CallReader {
  private static final @Nullable Object[] NO_ELEMENTS = {};

  Input in;
  final InboundMessage message;
  final ObjectTable objects = new ObjectTable();
  private final TypeTable types;
  private final Limits limits;
  private final @Nullable String worker;
  private int depth;
  private int hopAt = DeepStack.FIRST_LEVELS;
  private @Nullable CallGate gate;

  /** Whether the object that is read next is the function of the call. */
  private boolean atFunction;

  /**
   * Makes one for one message.
   *
   * @param worker the name of the worker it is from, if a throwable that cannot be rebuilt is to be
   *     replaced by its text
   */
  Decoder(
      TypeTable types, Limits limits, Input in, InboundMessage message, @Nullable String worker) {
    this.types = types;
    this.limits = limits;
    this.in = in;
    this.message = message;
    this.worker = worker;
  }

  /** The name of the worker that the message is from, if throwables may become text. */
  @Nullable String worker() {
    return worker;
  }

  /** The bounds on messages that are read. */
  Limits limits() {
    return limits;
  }

  /** Reads the value that is the whole message. */
  @Nullable Object readRoot() {
    Object value = read();
    objects.finish();
    return value == null ? null : finished(value);
  }

  private static Object finished(Object value) {
    return value instanceof ForwardReference pending
        ? Objects.requireNonNull(pending.value())
        : value;
  }

  /** Reads the call that is the whole message. */
  Object readCall(@Nullable CallGate asked) {
    gate = asked;
    Object function = calledFunction();
    objects.finish();
    return finished(function);
  }

  private Object calledFunction() {
    int tag = in.readUnsignedByte();
    if (!Tags.isFunction(tag)) {
      throw new MalformedException("a call whose function is a value of tag " + tag);
    }
    atFunction = true;
    return readWith(JdkTypes.codec(tag));
  }

  /** Whether the object being read is the function of the call; true once. */
  boolean takeFunction() {
    boolean answer = atFunction;
    atFunction = false;
    return answer;
  }

  /** The call is for a function of the caller's choice, of that class: may it go on? */
  void admitFunction(Class<?> type) {
    message.mayHaveFunctions();
    if (gate != null) {
      gate.admit(Called.Function.of(type));
    }
  }

  /** The call is for a function of the caller's choice: may it go on? */
  void admitFunction(FunctionDefinition definition) {
    message.mayHaveFunctions();
    if (gate != null) {
      gate.admit(new Called.Function(definition.implName(), definition.implMethod()));
    }
  }

  /** Reads any value; the result may be a {@link ForwardReference}. */
  @Nullable Object read() {
    int tag = in.readUnsignedByte();
    return switch (tag) {
      case Tags.NULL -> null;
      case Tags.INT -> intValue(in.readZigZag());
      case Tags.STRING -> readStringObject();
      case Tags.REF -> objects.get(in.readVarInt());
      default -> readWith(JdkTypes.codec(tag));
    };
  }

  private String readStringObject() {
    int id = objects.begin();
    String value = Strings.read(in, limits);
    objects.register(id, value);
    objects.completeLeaf(id);
    return value;
  }

  private Object readWith(TypeCodec codec) {
    if (codec.identity == TypeCodec.Identity.NONE) {
      return codec.read(this, -1);
    }
    int id = objects.begin();
    int outerLow = objects.enter();
    int waiting = objects.deferredCount();
    if (++depth > limits.maxDepth()) {
      throw Errors.refused(
          "limit maxDepth is " + limits.maxDepth() + ", and what was sent nests deeper");
    }
    Object value = depth >= hopAt ? readOnFreshStack(codec, id) : codec.read(this, id);
    depth--;
    objects.end(id, value, outerLow, waiting);
    return value;
  }

  /** Reads a value that is not null, finished and of a type. */
  <T> T read(Class<T> type) {
    Object value = read();
    if (!type.isInstance(value)) {
      throw new MalformedException(
          "wanted a "
              + type.getSimpleName()
              + ", got "
              + (value == null ? "null" : DisplayNames.of(value)));
    }
    return type.cast(value);
  }

  /** Reads a value that is null, or finished and of a type. */
  <T> @Nullable T readNullable(Class<T> type) {
    Object value = read();
    if (value != null && !type.isInstance(value)) {
      throw new MalformedException(
          "wanted a " + type.getSimpleName() + ", got " + DisplayNames.of(value));
    }
    return type.cast(value);
  }

  /** Reads so many values; the count was checked. */
  @Nullable Object[] readElements(int count) {
    if (count == 0) {
      return NO_ELEMENTS;
    }
    @Nullable Object[] elements = new Object[count];
    for (int i = 0; i < count; i++) {
      elements[i] = read();
    }
    return elements;
  }

  /** Reads a count of things that take so many bytes each, at least. */
  int readCount(int bytesEach) {
    int count = in.readCount(bytesEach);
    Limits.check("maxElements", count, limits.maxElements());
    return count;
  }

  /** Checks that a size is possible, and makes an int of it. */
  int checkSize(long size, long max) {
    if (size < 0 || size > max) {
      throw new MalformedException(
          "a size of " + Long.toUnsignedString(size) + " where " + max + " is the most");
    }
    return (int) size;
  }

  /** Reads a symbol of one kind. */
  <S extends Symbol> S readSymbol(Class<S> kind) {
    Symbol symbol = message.symbol(in.readVarInt(), types.resolver());
    if (!kind.isInstance(symbol)) {
      throw new MalformedException(
          "wanted a " + kind.getSimpleName() + " symbol, got " + symbol.getClass().getSimpleName());
    }
    return kind.cast(symbol);
  }

  /** Reads a reference to a class. */
  Class<?> readClass() {
    return readSymbol(Symbol.Literal.class).type();
  }

  /** Reads a reference to an enum. */
  Class<?> readEnumClass() {
    Class<?> type = readClass();
    if (!type.isEnum()) {
      throw new MalformedException(type.getName() + " is not an enum");
    }
    return type;
  }

  /** Makes an object from its parts; see {@link ObjectTable#build}. */
  Object build(int id, @Nullable Object[] parts, Function<@Nullable Object[], Object> how) {
    return objects.build(id, parts, false, how);
  }

  /** Delivers a value to its place: now, or when it has been made. */
  static void deliver(@Nullable Object value, Consumer<@Nullable Object> place) {
    if (value instanceof ForwardReference pending) {
      pending.then(place);
    } else {
      place.accept(value);
    }
  }

  /** Runs a body that reads part of a message; if it fails, restores the state before. */
  <T> T nested(Supplier<T> body, Function<RuntimeException, T> failed, int length, int ids) {
    Input outer = in;
    int depthBefore = depth;
    int hopBefore = hopAt;
    ObjectTable.Mark mark = objects.mark();
    in = new Input(outer.array(), outer.position(), length);
    outer.skip(length);
    try {
      T result = Errors.reading(body);
      if (in.remaining() != 0 || objects.size() != mark.size() + ids) {
        throw new MalformedException("a part of another length than it says");
      }
      return result;
    } catch (RuntimeException e) {
      depth = depthBefore;
      hopAt = hopBefore;
      objects.reset(mark, mark.size() + ids);
      return failed.apply(e);
    } finally {
      in = outer;
    }
  }

  /** Reads an int as {@link Output#writeZigZag} wrote it. */
  int readZigZagInt() {
    return intValue(in.readZigZag());
  }

  private static int intValue(long value) {
    if (value != (int) value) {
      throw new MalformedException("wanted an int, got " + value);
    }
    return (int) value;
  }

  private Object readOnFreshStack(TypeCodec codec, int id) {
    int before = hopAt;
    hopAt = depth + DeepStack.LEVELS;
    Object value = DeepStack.call(() -> codec.read(this, id));
    hopAt = before;
    return value;
  }

  // ---- ValueReader

  @Override
  public byte readByte() {
    return orEncodingException(in::readByte);
  }

  @Override
  public int readInt() {
    return orEncodingException(this::readZigZagInt);
  }

  @Override
  public long readLong() {
    return orEncodingException(in::readZigZag);
  }

  @Override
  public double readDouble() {
    return Double.longBitsToDouble(orEncodingException(in::readLong));
  }

  @Override
  public String readString() {
    return orEncodingException(() -> Strings.read(in, limits));
  }

  @Override
  public String readSymbol() {
    return orEncodingException(() -> readSymbol(Symbol.Text.class).value());
  }

  @Override
  public byte[] readBytes() {
    return orEncodingException(() -> in.readBytes(readCount(1)));
  }

  @Override
  public @Nullable Object readValue() {
    return outsideCycles(orEncodingException(this::read));
  }

  private static <T extends @Nullable Object> T outsideCycles(T value) {
    if (value instanceof ForwardReference) {
      throw Errors.encoding("a ValueCodec reads a value that is part of a cycle with its own");
    }
    return value;
  }

  @Override
  public ByteBuffer readBuffer() {
    return orEncodingException(() -> ByteBlock.asBuffer(message.attachment(in.readVarInt())));
  }

  // ---- CallReader

  @Override
  public void admit(Called called) {
    if (called instanceof Called.Method method && method.functions()) {
      message.mayHaveFunctions();
    }
    if (gate != null) {
      gate.admit(called);
    }
  }

  @Override
  public Class<?> readClassValue() {
    int tag = in.readUnsignedByte();
    if (tag != Tags.CLASS) {
      throw new MalformedException("wanted a class, got a value of tag " + tag);
    }
    return (Class<?>) readWith(JdkTypes.codec(tag));
  }

  @Override
  public Object readFunction() {
    return outsideCycles(orEncodingException(this::calledFunction));
  }

  private static <T extends @Nullable Object> T orEncodingException(Supplier<T> body) {
    try {
      return body.get();
    } catch (MalformedException e) {
      throw Errors.encoding(String.valueOf(e.getMessage()), e);
    }
  }
}
