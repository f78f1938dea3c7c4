package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.BitSet;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Small values of the JDK: boxes, numbers, optionals, and a few that are alone of their kind. */
@SuppressWarnings({"JdkObsolete", "JavaUtilDate"}) // obsolete ones travel too
final class JdkValues {
  private JdkValues() {}

  static void register(CodecRegistry r) {
    boxes(r);
    numbers(r);
    optionals(r);
    r.object(
        Tags.STRING_BUILDER,
        StringBuilder.class,
        (out, s) -> chars(out, s.capacity(), s.toString()),
        in -> new StringBuilder(Capacity.read(in)).append(string(in)));
    r.object(
        Tags.STRING_BUFFER,
        StringBuffer.class,
        (out, s) -> chars(out, s.capacity(), s.toString()),
        in -> new StringBuffer(Capacity.read(in)).append(string(in)));
    r.object(
        Tags.BIT_SET,
        BitSet.class,
        (out, bits) -> {
          Capacity.write(out, bits.size() / Long.SIZE);
          bytes(out, bits.toByteArray());
        },
        in -> {
          BitSet bits = new BitSet(Math.multiplyExact(Capacity.read(in), Long.SIZE));
          bits.or(BitSet.valueOf(bytes(in)));
          return bits;
        });
    r.object(
        Tags.DATE,
        Date.class,
        (out, date) -> out.out.writeZigZag(date.getTime()),
        in -> new Date(in.in.readZigZag()));
    r.object(Tags.PLAIN_OBJECT, Object.class, (out, o) -> {}, in -> new Object());
    r.value(
        Tags.STACK_TRACE_ELEMENT,
        StackTraceElement.class,
        StackTraces::writeElement,
        StackTraces::readElement);
  }

  private static void boxes(CodecRegistry r) {
    r.add(new BooleanCodec(true), Boolean.class);
    r.add(new BooleanCodec(false));
    r.value(Tags.BYTE, Byte.class, (out, b) -> out.out.writeByte(b), in -> in.in.readByte());
    r.value(
        Tags.SHORT,
        Short.class,
        (out, s) -> out.out.writeZigZag(s),
        in -> (short) in.readZigZagInt());
    r.value(
        Tags.CHAR,
        Character.class,
        (out, c) -> out.out.writeVarInt(c),
        in -> (char) in.in.readVarInt());
    r.value(Tags.INT, Integer.class, (out, i) -> out.out.writeZigZag(i), Decoder::readZigZagInt);
    r.value(Tags.LONG, Long.class, (out, l) -> out.out.writeZigZag(l), in -> in.in.readZigZag());
    r.value(
        Tags.FLOAT,
        Float.class,
        (out, f) -> out.out.writeInt(Float.floatToRawIntBits(f)),
        in -> Float.intBitsToFloat(in.in.readInt()));
    r.value(
        Tags.DOUBLE,
        Double.class,
        (out, d) -> out.out.writeLong(Double.doubleToRawLongBits(d)),
        in -> Double.longBitsToDouble(in.in.readLong()));
    r.add(
        new LeafCodec<String>(
            Tags.STRING, TypeCodec.Identity.EARLY, JdkValues::string, JdkValues::string),
        String.class);
    r.value(Tags.CLASS, Class.class, (out, type) -> out.writeClass(type), in -> in.readClass());
  }

  private static void numbers(CodecRegistry r) {
    r.object(
        Tags.BIG_INTEGER,
        BigInteger.class,
        (out, n) -> bytes(out, n.toByteArray()),
        in -> new BigInteger(bytes(in)));
    r.object(
        Tags.BIG_DECIMAL,
        BigDecimal.class,
        (out, n) -> {
          out.out.writeZigZag(n.scale());
          bytes(out, n.unscaledValue().toByteArray());
        },
        in -> {
          int scale = in.readZigZagInt();
          return new BigDecimal(new BigInteger(bytes(in)), scale);
        });
    List<RoundingMode> modes = List.of(RoundingMode.values());
    r.object(
        Tags.MATH_CONTEXT,
        MathContext.class,
        (out, context) -> {
          out.out.writeVarInt(context.getPrecision());
          out.out.writeByte(modes.indexOf(context.getRoundingMode()));
        },
        in -> {
          int precision = in.in.readVarInt();
          int mode = in.in.readUnsignedByte();
          if (mode >= modes.size()) {
            throw new MalformedException("rounding mode " + mode);
          }
          return new MathContext(precision, modes.get(mode));
        });
    r.object(
        Tags.UUID,
        UUID.class,
        (out, id) -> {
          out.out.writeLong(id.getMostSignificantBits());
          out.out.writeLong(id.getLeastSignificantBits());
        },
        in -> new UUID(in.in.readLong(), in.in.readLong()));
  }

  private static void optionals(CodecRegistry r) {
    r.add(new OptionalCodec(), Optional.class);
    r.value(
        Tags.OPTIONAL_INT,
        OptionalInt.class,
        (out, o) -> {
          out.out.writeByte(o.isPresent() ? 1 : 0);
          out.out.writeZigZag(o.orElse(0));
        },
        in -> {
          boolean present = in.in.readByte() != 0;
          int value = in.readZigZagInt();
          return present ? OptionalInt.of(value) : OptionalInt.empty();
        });
    r.value(
        Tags.OPTIONAL_LONG,
        OptionalLong.class,
        (out, o) -> {
          out.out.writeByte(o.isPresent() ? 1 : 0);
          out.out.writeZigZag(o.orElse(0));
        },
        in -> {
          boolean present = in.in.readByte() != 0;
          long value = in.in.readZigZag();
          return present ? OptionalLong.of(value) : OptionalLong.empty();
        });
    r.value(
        Tags.OPTIONAL_DOUBLE,
        OptionalDouble.class,
        (out, o) -> {
          out.out.writeByte(o.isPresent() ? 1 : 0);
          out.out.writeLong(Double.doubleToRawLongBits(o.orElse(0)));
        },
        in -> {
          boolean present = in.in.readByte() != 0;
          double value = Double.longBitsToDouble(in.in.readLong());
          return present ? OptionalDouble.of(value) : OptionalDouble.empty();
        });
  }

  static void string(Encoder out, String value) {
    Strings.write(out.out, value);
  }

  static String string(Decoder in) {
    return Strings.read(in.in, in.limits());
  }

  private static void chars(Encoder out, int capacity, String value) {
    Capacity.write(out, capacity);
    string(out, value);
  }

  static void bytes(Encoder out, byte[] value) {
    out.out.writeVarInt(value.length);
    out.out.writeBytes(value, 0, value.length);
  }

  static byte[] bytes(Decoder in) {
    return in.in.readBytes(in.readCount(1));
  }

  private static final class BooleanCodec extends TypeCodec {
    private final boolean value;

    BooleanCodec(boolean value) {
      super(value ? Tags.TRUE : Tags.FALSE, Identity.NONE);
      this.value = value;
    }

    @Override
    TypeCodec select(Object instance) {
      return JdkTypes.codec((Boolean) instance ? Tags.TRUE : Tags.FALSE);
    }

    @Override
    void write(Encoder out, Object instance) {}

    @Override
    Object read(Decoder in, int id) {
      return value;
    }
  }

  private static final class OptionalCodec extends TypeCodec {
    OptionalCodec() {
      super(Tags.OPTIONAL, Identity.LATE);
    }

    @Override
    void write(Encoder out, Object value) {
      out.writePart("get()", ((Optional<?>) value).orElse(null));
    }

    @Override
    Object read(Decoder in, int id) {
      return in.build(id, in.readElements(1), parts -> Optional.ofNullable(parts[0]));
    }
  }
}
