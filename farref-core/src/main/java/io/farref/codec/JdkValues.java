package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Small values of the JDK: boxes, numbers, names, optionals, atomics. */
@SuppressWarnings({"JdkObsolete", "JavaUtilDate"}) // whatever one thinks of them, they travel
final class JdkValues {
  private JdkValues() {}

  static void register(Registry r) {
    boxes(r);
    numbers(r);
    names(r);
    optionals(r);
    atomics(r);
    r.object(
        Tags.STRING_BUILDER,
        StringBuilder.class,
        (out, s) -> string(out, s.toString()),
        in -> new StringBuilder(string(in)));
    r.object(
        Tags.STRING_BUFFER,
        StringBuffer.class,
        (out, s) -> string(out, s.toString()),
        in -> new StringBuffer(string(in)));
    r.object(
        Tags.BIT_SET,
        BitSet.class,
        (out, bits) -> bytes(out, bits.toByteArray()),
        in -> BitSet.valueOf(bytes(in)));
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

  private static void boxes(Registry r) {
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
        new Leaf<String>(
            Tags.STRING, TypeCodec.Identity.EARLY, JdkValues::string, JdkValues::string),
        String.class);
    r.value(Tags.CLASS, Class.class, (out, type) -> out.writeClass(type), in -> in.readClass());
  }

  private static void numbers(Registry r) {
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

  private static void names(Registry r) {
    r.object(
        Tags.URI,
        URI.class,
        (out, uri) -> string(out, uri.toString()),
        in -> URI.create(string(in)));
    r.object(
        Tags.LOCALE,
        Locale.class,
        (out, l) -> {
          string(out, l.getLanguage());
          string(out, l.getCountry());
          string(out, l.getVariant());
          string(out, l.hasExtensions() || !l.getScript().isEmpty() ? l.toLanguageTag() : "");
        },
        in -> {
          String language = string(in);
          String country = string(in);
          String variant = string(in);
          String tag = string(in);
          return tag.isEmpty()
              ? Locale.of(language, country, variant)
              : new Locale.Builder().setLanguageTag(tag).build();
        });
    r.object(
        Tags.CURRENCY,
        Currency.class,
        (out, c) -> string(out, c.getCurrencyCode()),
        in -> Currency.getInstance(string(in)));
    r.object(
        Tags.PATTERN,
        Pattern.class,
        (out, p) -> {
          out.out.writeVarInt(p.flags());
          string(out, p.pattern());
        },
        in -> {
          int flags = in.in.readVarInt();
          return Pattern.compile(string(in), flags);
        });
    r.add(
        new Leaf<Charset>(
            Tags.CHARSET,
            TypeCodec.Identity.EARLY,
            (out, c) -> string(out, c.name()),
            in -> Charset.forName(string(in))));
    r.add(
        new Leaf<TimeZone>(
            Tags.TIME_ZONE,
            TypeCodec.Identity.EARLY,
            (out, zone) -> string(out, zone.getID()),
            in -> TimeZone.getTimeZone(string(in))));
    r.add(
        new Leaf<Path>(
            Tags.PATH,
            TypeCodec.Identity.EARLY,
            (out, path) -> string(out, path.toString()),
            in -> Path.of(string(in))));
    r.object(
        Tags.FILE,
        File.class,
        (out, file) -> string(out, file.getPath()),
        in -> new File(string(in)));
    r.add(
        new Leaf<InetAddress>(
            Tags.INET_ADDRESS, TypeCodec.Identity.EARLY, JdkValues::address, JdkValues::address));
    r.object(
        Tags.INET_SOCKET_ADDRESS,
        InetSocketAddress.class,
        (out, socket) -> {
          InetAddress address = socket.getAddress();
          out.out.writeVarInt(socket.getPort());
          out.out.writeByte(address == null ? 0 : 1);
          if (address == null) {
            string(out, socket.getHostString());
          } else {
            address(out, address);
          }
        },
        in -> {
          int port = in.in.readVarInt();
          return in.in.readByte() == 0
              ? InetSocketAddress.createUnresolved(string(in), port)
              : new InetSocketAddress(address(in), port);
        });
  }

  private static void optionals(Registry r) {
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

  private static void atomics(Registry r) {
    r.add(new AtomicReferenceCodec(), AtomicReference.class);
    r.object(
        Tags.ATOMIC_INTEGER,
        AtomicInteger.class,
        (out, n) -> out.out.writeZigZag(n.get()),
        in -> new AtomicInteger(in.readZigZagInt()));
    r.object(
        Tags.ATOMIC_LONG,
        AtomicLong.class,
        (out, n) -> out.out.writeZigZag(n.get()),
        in -> new AtomicLong(in.in.readZigZag()));
    r.object(
        Tags.ATOMIC_BOOLEAN,
        AtomicBoolean.class,
        (out, b) -> out.out.writeByte(b.get() ? 1 : 0),
        in -> new AtomicBoolean(in.in.readByte() != 0));
    r.object(
        Tags.LONG_ADDER,
        LongAdder.class,
        (out, n) -> out.out.writeZigZag(n.sum()),
        in -> {
          LongAdder adder = new LongAdder();
          adder.add(in.in.readZigZag());
          return adder;
        });
    r.object(
        Tags.DOUBLE_ADDER,
        DoubleAdder.class,
        (out, n) -> out.out.writeLong(Double.doubleToRawLongBits(n.sum())),
        in -> {
          DoubleAdder adder = new DoubleAdder();
          adder.add(Double.longBitsToDouble(in.in.readLong()));
          return adder;
        });
    r.object(
        Tags.ATOMIC_INTEGER_ARRAY,
        AtomicIntegerArray.class,
        (out, array) -> {
          out.out.writeVarInt(array.length());
          for (int i = 0; i < array.length(); i++) {
            out.out.writeZigZag(array.get(i));
          }
        },
        in -> {
          AtomicIntegerArray array = new AtomicIntegerArray(in.readCount(1));
          for (int i = 0; i < array.length(); i++) {
            array.setPlain(i, in.readZigZagInt());
          }
          return array;
        });
    r.object(
        Tags.ATOMIC_LONG_ARRAY,
        AtomicLongArray.class,
        (out, array) -> {
          out.out.writeVarInt(array.length());
          for (int i = 0; i < array.length(); i++) {
            out.out.writeZigZag(array.get(i));
          }
        },
        in -> {
          AtomicLongArray array = new AtomicLongArray(in.readCount(1));
          for (int i = 0; i < array.length(); i++) {
            array.setPlain(i, in.in.readZigZag());
          }
          return array;
        });
  }

  private static void string(Encoder out, String value) {
    Strings.write(out.out, value);
  }

  private static String string(Decoder in) {
    return Strings.read(in.in, in.limits());
  }

  private static void bytes(Encoder out, byte[] value) {
    out.out.writeVarInt(value.length);
    out.out.writeBytes(value, 0, value.length);
  }

  private static byte[] bytes(Decoder in) {
    return in.in.readBytes(in.readCount(1));
  }

  private static void address(Encoder out, InetAddress address) {
    String text = address.toString();
    string(out, text.substring(0, text.indexOf('/')));
    bytes(out, address.getAddress());
  }

  private static InetAddress address(Decoder in) {
    String host = string(in);
    byte[] raw = bytes(in);
    try {
      return InetAddress.getByAddress(host.isEmpty() ? null : host, raw);
    } catch (UnknownHostException e) {
      throw new MalformedException("an internet address of " + raw.length + " bytes");
    }
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

  private static final class AtomicReferenceCodec extends TypeCodec {
    AtomicReferenceCodec() {
      super(Tags.ATOMIC_REFERENCE, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      out.writePart("get()", ((AtomicReference<?>) value).get());
    }

    @Override
    Object read(Decoder in, int id) {
      AtomicReference<@Nullable Object> reference = new AtomicReference<>();
      in.objects.register(id, reference);
      Decoder.deliver(in.read(), reference::set);
      return reference;
    }
  }
}
