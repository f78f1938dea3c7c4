package io.farref.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int MANY = 2_000;

  /** A link that delivers given bytes, as many at a time as it likes. */
  private static final class Script implements Link {
    private final ByteBuffer bytes;
    private final Random random;
    private final int most;

    Script(byte[] bytes, long seed, int most) {
      this.bytes = ByteBuffer.wrap(bytes);
      this.random = new Random(seed);
      this.most = most;
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(1 + random.nextInt(most), Math.min(bytes.remaining(), dst.remaining()));
      dst.put(bytes.slice().limit(count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String remoteAddress() {
      return "script";
    }

    @Override
    public void close() {}
  }

  private static FrameReader reader(byte[] bytes, long seed, int most) {
    return new FrameReader(new Script(bytes, seed, most), Limits.DEFAULT, new Meters());
  }

  private static void frame(Output out, byte[] payload) {
    int at = FrameWriter.begin(out, Frame.CALL);
    out.writeBytes(payload, 0, payload.length);
    FrameWriter.end(out, at);
  }

  private static byte[] payload(Random random, int i) {
    int size = i % 100 == 0 ? random.nextInt(200_000) : random.nextInt(300);
    byte[] payload = new byte[size];
    random.nextBytes(payload);
    return payload;
  }

  private static byte[] stream(long seed) {
    Random random = new Random(seed);
    Output out = new Output(1 << 20);
    for (int i = 0; i < MANY; i++) {
      byte[] payload = payload(random, i);
      frame(out, payload);
      if (i % 7 == 0) {
        out.writeBytes(payload, 0, payload.length); // as its attachment
      }
    }
    return out.toByteArray();
  }

  private static void checkStream(long seed, int most, int successorEvery) throws IOException {
    FrameReader reader = reader(stream(seed), seed, most);
    Random random = new Random(seed);
    for (int i = 0; i < MANY; i++) {
      reader.take();
      byte[] expected = payload(random, i);
      Input payload = reader.payload();
      assertThat(reader.kind()).isEqualTo(Frame.CALL);
      assertThat(payload.readBytes(payload.remaining())).isEqualTo(expected);
      if (i % 7 == 0) {
        assertThat(reader.attachment(expected.length)).isEqualTo(expected);
      }
      if (i % successorEvery == 0) {
        reader = reader.successor();
      }
    }
    assertThatThrownBy(reader::take).isInstanceOf(EOFException.class);
  }

  @Test
  void framesAreWholeHoweverTheBytesAreSplit() throws IOException {
    checkStream(1, 1 << 16, Integer.MAX_VALUE);
    checkStream(2, 1000, Integer.MAX_VALUE);
    checkStream(3, 7, Integer.MAX_VALUE);
  }

  @Test
  void aSuccessorContinuesWhereItsPredecessorStopped() throws IOException {
    checkStream(4, 1 << 16, 3);
    checkStream(5, 1000, 1);
  }

  @Test
  void aPayloadStaysValidWhileTheSuccessorReads() throws IOException {
    Output out = new Output(64);
    frame(out, new byte[] {1, 2, 3});
    frame(out, new byte[] {4, 5, 6});
    FrameReader reader = reader(out.toByteArray(), 0, 100);
    reader.take();
    Input first = reader.payload();
    FrameReader successor = reader.successor();
    successor.take();
    assertThat(first.readBytes(3)).containsExactly(1, 2, 3);
    assertThat(successor.payload().readBytes(3)).containsExactly(4, 5, 6);
  }

  @Test
  void aKeptPayloadOutlivesTheNextFrame() throws IOException {
    Output out = new Output(64);
    frame(out, new byte[] {1, 2, 3});
    frame(out, new byte[] {4, 5, 6});
    FrameReader reader = reader(out.toByteArray(), 0, 1);
    reader.take();
    Input kept = reader.keep(reader.payload());
    reader.take();
    assertThat(kept.readBytes(3)).containsExactly(1, 2, 3);
  }

  @Test
  void aFrameOverTheLimitIsRefusedWithTheNameOfTheLimit() {
    Output out = new Output(64);
    out.writeInt(Limits.DEFAULT.maxMessageBytes() + 1);
    out.writeByte(Frame.CALL);
    assertThatThrownBy(reader(out.toByteArray(), 0, 100)::take)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxMessageBytes")
        .hasMessageContaining(String.valueOf(Limits.DEFAULT.maxMessageBytes() + 1));
  }

  @Test
  void aFrameWithoutAKindIsMalformed() {
    assertThatThrownBy(reader(new byte[5], 0, 100)::take).isInstanceOf(MalformedException.class);
  }
}
