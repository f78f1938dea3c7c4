package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.spi.ValueCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("unchecked") // boxes of anything
class ValueCodecTest {
  /** A codec made of two functions. */
  record Sample<T>(
      Class<T> type, BiConsumer<T, ValueWriter> writer, Function<ValueReader, T> reader)
      implements ValueCodec<T> {
    @Override
    public void write(T value, ValueWriter out) {
      writer.accept(value, out);
    }

    @Override
    public T read(ValueReader in) {
      return reader.apply(in);
    }
  }

  record Everything(
      byte b,
      int i,
      long j,
      double d,
      String s,
      String symbol,
      List<Byte> bytes,
      Object value,
      ByteBuffer buffer) {}

  static final class Box {
    Object content;

    Box(Object content) {
      this.content = content;
    }
  }

  @Nested
  class OfEveryPrimitive extends ValueCodecContract<Everything> {
    @Override
    ValueCodec<Everything> codec() {
      return new Sample<>(
          Everything.class,
          (value, out) -> {
            out.writeByte(value.b);
            out.writeInt(value.i);
            out.writeLong(value.j);
            out.writeDouble(value.d);
            out.writeString(value.s);
            out.writeSymbol(value.symbol);
            byte[] bytes = new byte[value.bytes.size()];
            for (int k = 0; k < bytes.length; k++) {
              bytes[k] = value.bytes.get(k);
            }
            out.writeBytes(bytes, 0, bytes.length);
            out.writeValue("value", value.value);
            out.writeBuffer(value.buffer);
          },
          in -> {
            byte b = in.readByte();
            int i = in.readInt();
            long j = in.readLong();
            double d = in.readDouble();
            String s = in.readString();
            String symbol = in.readSymbol();
            List<Byte> bytes = new ArrayList<>();
            for (byte each : in.readBytes()) {
              bytes.add(each);
            }
            return new Everything(b, i, j, d, s, symbol, bytes, in.readValue(), in.readBuffer());
          });
    }

    @Override
    List<Everything> values() {
      return List.of(
          new Everything((byte) 0, 0, 0, 0, "", "s", List.of(), null, ByteBuffer.allocate(0)),
          new Everything(
              (byte) -1,
              Integer.MIN_VALUE,
              Long.MIN_VALUE,
              Double.NaN,
              "\uD800",
              "s",
              List.of((byte) 1),
              List.of("x", 1),
              ByteBuffer.allocateDirect(5)),
          new Everything(
              (byte) 1,
              Integer.MAX_VALUE,
              Long.MAX_VALUE,
              -0.0,
              "long".repeat(1000),
              "t",
              List.of(),
              new int[0].length,
              ByteBuffer.wrap(new byte[5000], 7, 4000)));
    }
  }

  @Nested
  class OfAClassOfTheJdk extends ValueCodecContract<Random> {
    @Override
    ValueCodec<Random> codec() {
      return new Sample<>(
          Random.class, (value, out) -> out.writeInt(7), in -> new Random(in.readInt()));
    }

    @Override
    List<Random> values() {
      return List.of(new Random(7));
    }

    @Override
    boolean isCopy(Random original, Random copy) {
      return copy.nextInt() == new Random(7).nextInt();
    }
  }

  private static Sample<Box> boxes(
      BiConsumer<Box, ValueWriter> writer, Function<ValueReader, Box> reader) {
    return new Sample<>(Box.class, writer, reader);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 300, 100_000})
  void aCodecThatReadsLessOrMoreThanItWroteIsNamed(int size) {
    for (int difference : new int[] {-1, 1}) {
      Pipe pipe =
          Pipe.of(
              boxes(
                  (box, out) -> {
                    for (int i = 0; i < size; i++) {
                      out.writeByte(255);
                    }
                  },
                  in -> {
                    for (int i = 0; i < size + difference; i++) {
                      in.readByte();
                    }
                    return new Box(null);
                  }));
      assertThatThrownBy(() -> pipe.copy(List.of(new Box(1), "something after it", 5, 6)))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("ValueCodecTest$Sample read " + (size + difference) + " bytes")
          .hasMessageContaining("has " + (size < 255 ? size : "another number"));
    }
  }

  @Test
  void aCodecThatReadsPastTheEndIsAnEncodingException() {
    Pipe pipe = Pipe.of(boxes((box, out) -> {}, in -> new Box(in.readDouble())));
    assertThatThrownBy(() -> pipe.copy(new Box(1))).isInstanceOf(EncodingException.class);
  }

  @Test
  void aCodecThatThrowsIsNamedOnBothSides() {
    Pipe writing =
        Pipe.of(
            boxes(
                (box, out) -> {
                  throw new IllegalStateException("broken");
                },
                in -> new Box(1)));
    assertThatThrownBy(() -> writing.copy(List.of(1, new Box(1))))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("cannot send io.farref.codec.ValueCodecTest$Box at")
        .hasMessageContaining("[1]")
        .hasMessageContaining("broken")
        .hasCauseInstanceOf(IllegalStateException.class);
    Pipe reading =
        Pipe.of(
            boxes(
                (box, out) -> {},
                in -> {
                  throw new IllegalStateException("broken");
                }));
    assertThatThrownBy(() -> reading.copy(new Box(1)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("could not read a io.farref.codec.ValueCodecTest$Box")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCodecThatReturnsNullOrAnotherClassIsNamed() {
    Pipe nothing = Pipe.of(boxes((box, out) -> {}, in -> null));
    assertThatThrownBy(() -> nothing.copy(new Box(1)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("read null instead of a");
  }

  @Test
  void thePathGoesThroughACodecsFields() {
    Pipe pipe =
        Pipe.of(
            boxes(
                (box, out) -> out.writeValue("content", box.content),
                in -> new Box(in.readValue())));
    assertThatThrownBy(() -> pipe.copy(new Box(List.of(new Box(Thread.currentThread())))))
        .hasMessageContaining(" at ValueCodecTest$Box.content[0] -> ValueCodecTest$Box.content: ");
  }

  @Test
  void codecsNestAsDeepAsObjectsDo() {
    Pipe pipe =
        Pipe.of(
            boxes(
                (box, out) -> out.writeValue("content", box.content),
                in -> new Box(in.readValue())));
    Box box = new Box(null);
    for (int i = 0; i < 20_000; i++) {
      box = new Box(box);
    }
    int depth = 0;
    for (Object each = pipe.copy(box); each != null; each = ((Box) each).content) {
      depth++;
    }
    assertThat(depth).isEqualTo(20_001);
  }

  @Test
  void aCycleThroughACodecIsRefusedByTheSenderUnlessSomethingElseClosesIt() {
    Pipe pipe =
        Pipe.of(
            boxes(
                (box, out) -> out.writeValue("content", box.content),
                in -> new Box(in.readValue())));
    Box self = new Box(null);
    self.content = self;
    assertThatThrownBy(() -> pipe.write(self))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("it contains itself");
    Box viaList = new Box(new ArrayList<>());
    ((List<Object>) viaList.content).add(viaList);
    Box copy = pipe.copy(viaList);
    assertThat(((List<?>) copy.content).get(0)).isSameAs(copy);
  }

  @Test
  void twoCodecsForOneClassAreRejected() {
    Sample<Box> sample = boxes((box, out) -> {}, in -> new Box(1));
    assertThatThrownBy(() -> Pipe.of(sample, sample)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCodecOnOneSideOnlyIsRefused() {
    Sample<Box> sample = boxes((box, out) -> {}, in -> new Box(1));
    Pipe pipe = new Pipe(Pipe.of(sample).from, Pipe.of().to);
    assertThatThrownBy(() -> pipe.copy(new Box(1)))
        .hasMessageContaining("it is a class with a ValueCodec there, a class here");
  }

  @Test
  void aSymbolIsAlwaysTheSameStringAndShort() {
    Pipe pipe =
        Pipe.of(
            boxes(
                (box, out) -> out.writeSymbol((String) box.content),
                in -> new Box(in.readSymbol())));
    String name = "a rather long name";
    Object first = pipe.copy(new Box(name)).content;
    assertThat(pipe.copy(new Box(new String(name))).content).isSameAs(first).isEqualTo(name);
    assertThat(pipe.write(new Box(name))).hasSize(4);
  }
}
