package io.farref.codec;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The JDK's atomic variables, as copies of their values. */
final class JdkAtomics {
  private JdkAtomics() {}

  static void register(CodecRegistry r) {
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
