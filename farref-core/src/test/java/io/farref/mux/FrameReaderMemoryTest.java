package io.farref.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.farref.Limits;
import io.farref.bytes.Output;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A few bytes that announce many more do not make the receiver allocate memory for them. */
class FrameReaderMemoryTest {
  private static final int LARGE = 200 << 20;

  private static long allocatedBy(ThrowingCallable action) throws Throwable {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.call();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static FrameReader reader(byte[] bytes) throws IOException {
    Link[] link = InProcessTransport.pair();
    link[0].write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1);
    link[0].close();
    return new FrameReader(link[1], Limits.DEFAULT, new Meters());
  }

  private static byte[] header(int length) {
    Output out = new Output(8);
    out.writeInt(length);
    out.writeByte(Frame.CALL);
    return out.toByteArray();
  }

  @Test
  void anAnnouncedFrameTakesNoMemoryBeforeItArrives() throws Throwable {
    FrameReader reader = reader(header(LARGE));
    assertThat(allocatedBy(() -> assertThatThrownBy(reader::take).isInstanceOf(EOFException.class)))
        .isLessThan(LARGE / 10);
  }

  @Test
  void anAnnouncedBufferTakesNoMemoryBeforeItArrives() throws Throwable {
    FrameReader reader = reader(new byte[] {1, 2, 3});
    assertThat(
            allocatedBy(
                () ->
                    assertThatThrownBy(() -> reader.attachment(LARGE))
                        .isInstanceOf(EOFException.class)))
        .isLessThan(LARGE / 10);
  }

  @Test
  void aLargeFrameArrivesIntact() throws IOException {
    byte[] payload = new byte[5_000_001];
    new Random(1).nextBytes(payload);
    Output out = new Output(payload.length + 8);
    out.writeInt(payload.length + 1);
    out.writeByte(Frame.CALL);
    out.writeBytes(payload, 0, payload.length);
    Link[] link = InProcessTransport.pair();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Link end = link[0]) {
                    end.write(new ByteBuffer[] {out.asByteBuffer()}, 0, 1);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    FrameReader reader = new FrameReader(link[1], Limits.DEFAULT, new Meters());
    reader.take();
    assertThat(reader.payload().readBytes(payload.length)).isEqualTo(payload);
    assertThatThrownBy(reader::take).isInstanceOf(EOFException.class);
    assertThat(writer.isAlive()).isFalse();
  }
}
