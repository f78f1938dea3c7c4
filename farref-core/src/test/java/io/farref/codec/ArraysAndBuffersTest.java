package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArraysAndBuffersTest {
  private final Pipe pipe = Pipe.of();

  static Stream<Object> arrays() {
    return Stream.of(0, 1, 5, 1000, 5000)
        .flatMap(
            n -> {
              boolean[] booleans = new boolean[n];
              byte[] bytes = new byte[n];
              short[] shorts = new short[n];
              char[] chars = new char[n];
              int[] ints = new int[n];
              long[] longs = new long[n];
              float[] floats = new float[n];
              double[] doubles = new double[n];
              for (int i = 0; i < n; i++) {
                booleans[i] = i % 3 == 0;
                bytes[i] = (byte) (i * 7);
                shorts[i] = (short) (i * 771);
                chars[i] = (char) (i * 771);
                ints[i] = i * 0x9E3779B9;
                longs[i] = i * 0x9E3779B97F4A7C15L;
                floats[i] = i / 3f;
                doubles[i] = i / 3d;
              }
              return Stream.of(booleans, bytes, shorts, chars, ints, longs, floats, doubles);
            });
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void primitiveArraysArriveEqual(Object array) {
    assertThat(pipe.copy(array)).isEqualTo(array).isNotSameAs(array);
  }

  @Test
  void arraysOfObjectsKeepTheirTypeAtEveryLevel() {
    Object[] values = {
      new Object[] {1, null}, new String[] {"a", null}, new int[][] {{1}, null, {}},
      new String[2][3], new List<?>[] {List.of()}, new Comparable<?>[] {1, "x"},
      new Thread.State[] {Thread.State.NEW}, new Runnable[0], new Integer[][][] {{{1}}}
    };
    Object[] copy = pipe.copy(values);
    assertThat(Arrays.deepEquals(copy, values)).isTrue();
    for (int i = 0; i < values.length; i++) {
      assertThat(copy[i]).hasSameClassAs(values[i]);
    }
  }

  @Test
  void aLargeByteArrayTravelsBesideTheMessageAndArrivesAsThatArray() {
    byte[] large = new byte[ByteBlock.BESIDE];
    Pipe.Message message = pipe.new Message();
    byte[] bytes = pipe.write(large, message);
    assertThat(bytes.length).isLessThan(8);
    assertThat(message.sent.getFirst().heapBase()).containsSame(large);
    assertThat(message.attachments.getFirst().heapBase())
        .containsSame(pipe.to.read(new Input(bytes), message));
  }

  @Test
  void aSmallByteArrayTravelsInTheMessage() {
    Pipe.Message message = pipe.new Message();
    byte[] bytes = pipe.write(new byte[ByteBlock.BESIDE - 1], message);
    assertThat(message.sent).isEmpty();
    assertThat(bytes.length).isEqualTo(ByteBlock.BESIDE + 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 5000})
  void buffersSendTheirRemainingBytesAndKeepTheirKindAndOrder(int size) {
    for (boolean direct : new boolean[] {true, false}) {
      for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
        ByteBuffer buffer =
            direct ? ByteBuffer.allocateDirect(size + 8) : ByteBuffer.allocate(size + 8);
        for (int i = 0; i < size + 8; i++) {
          buffer.put(i, (byte) i);
        }
        buffer.position(3).limit(size + 3).order(order);
        ByteBuffer copy = pipe.copy(buffer);
        assertThat(copy).isEqualTo(buffer);
        assertThat(copy.position()).isZero();
        assertThat(copy.order()).isEqualTo(order);
        assertThat(copy.isDirect()).isEqualTo(direct);
        assertThat(buffer.position()).isEqualTo(3);
        assertThat(pipe.copy(buffer.asReadOnlyBuffer().order(order)).isReadOnly()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 8000})
  void segmentsArriveAsSegmentsOfTheSameKind(int size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeSegment = arena.allocate(size, 8);
      nativeSegment.fill((byte) 7);
      MemorySegment copy = pipe.copy(nativeSegment);
      assertThat(copy.isNative()).isTrue();
      assertThat(copy.mismatch(nativeSegment)).isEqualTo(-1);
    }
    MemorySegment heap = MemorySegment.ofArray(new byte[size]);
    assertThat(pipe.copy(heap).heapBase().orElseThrow()).isInstanceOf(byte[].class);
    MemorySegment readOnly = pipe.copy(heap.asReadOnly());
    assertThat(readOnly.isReadOnly()).isTrue();
  }

  @Test
  void aHeapSegmentCanBeReadWithTheAlignmentItHad() {
    MemorySegment longs = MemorySegment.ofArray(new long[] {1, 2, 3});
    assertThat(pipe.copy(longs).getAtIndex(ValueLayout.JAVA_LONG, 2)).isEqualTo(3);
    MemorySegment ints = MemorySegment.ofArray(new int[5000]).asSlice(4, 12000);
    MemorySegment copy = pipe.copy(ints);
    assertThat(copy.byteSize()).isEqualTo(12000);
    assertThat(copy.getAtIndex(ValueLayout.JAVA_INT, 5)).isZero();
  }

  @Test
  void aBufferInTheWrongKindOfMemoryIsCopiedToTheRightOne() {
    int[] ints = new int[5000];
    Arrays.setAll(ints, i -> i * 7);
    Pipe.Message message = pipe.new Message();
    byte[] bytes = pipe.write(ints, message);
    message.attachments.set(0, Memory.OFF_HEAP.allocate(20_000).copyFrom(message.sent.getFirst()));
    assertThat(pipe.to.read(new Input(bytes), message)).isEqualTo(ints);
    message = pipe.new Message();
    bytes = pipe.write(ByteBuffer.allocateDirect(5000), message);
    message.attachments.set(0, Memory.LONGS.allocate(5000));
    assertThat(((ByteBuffer) pipe.to.read(new Input(bytes), message)).isDirect()).isTrue();
  }

  @Test
  void anOutOfBandBufferOfAnotherSizeThanTheValueIsRefused() {
    Pipe.Message message = pipe.new Message();
    byte[] bytes = pipe.write(new byte[5000], message);
    message.attachments.set(0, Memory.BYTES.allocate(4999));
    assertThatThrownBy(() -> pipe.to.read(new Input(bytes), message))
        .isInstanceOf(MalformedException.class)
        .hasMessageContainingAll("5000", "4999");
  }

  @Test
  void memoryLargerThanAnArrayIsRefused() {
    assertThatThrownBy(() -> Memory.INTS.allocate(Long.MAX_VALUE))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Memory.OFF_HEAP.allocate(-1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Memory.of(8)).isInstanceOf(MalformedException.class);
  }
}
