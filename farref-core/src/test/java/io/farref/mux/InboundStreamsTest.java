package io.farref.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.StreamHeader;
import io.farref.wire.StreamHeader.Attachment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames about streams, valid and invalid. */
class InboundStreamsTest {
  private static final Limits LIMITS = Limits.DEFAULT.withMaxAttachmentBytes(1 << 22);

  private final Link[] ends = InProcessTransport.pair();
  private final Output said = new Output(1 << 16);
  private FrameReader reader = new FrameReader(ends[0], LIMITS, new Meters());

  @AfterEach
  void close() {
    ends[0].close();
    ends[1].close();
  }

  private void say(byte[] frame) {
    said.writeBytes(frame, 0, frame.length);
  }

  private void chunk(int stream, byte[] bytes) {
    say(FrameWriter.data(stream, bytes.length));
    say(bytes);
  }

  private void small(int n) {
    say(FrameWriter.cancel(n));
  }

  /** Another thread writes all frames so far, in pieces of odd sizes. */
  private void write(long seed) {
    byte[] all = said.toByteArray();
    Random random = new Random(seed);
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int at = 0; at < all.length; ) {
                      int size = Math.min(all.length - at, 1 + random.nextInt(100_000));
                      ends[1].write(new ByteBuffer[] {ByteBuffer.wrap(all, at, size)}, 0, 1);
                      at += size;
                    }
                  } catch (IOException e) {
                    assertThat(e).as("the reader refused the rest").isNotNull();
                  }
                });
  }

  private void expectSmall(int n) throws IOException {
    next();
    assertThat(reader.kind()).isEqualTo(Frame.CANCEL);
    assertThat(reader.payload().readVarInt()).isEqualTo(n);
  }

  /** Reads a frame, and handles it as a connection does if it is about a stream. */
  private void next() throws IOException {
    reader.take();
    while (reader.kind() == Frame.OPEN || reader.kind() == Frame.RESET) {
      if (reader.kind() == Frame.OPEN) {
        reader.streams().open(reader.payload());
      } else {
        reader.streams().drop(reader.payload());
      }
      reader = reader.successor();
      reader.take();
    }
  }

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static StreamHeader header(int stream, Attachment... attachments) {
    return new StreamHeader(stream, 0, List.of(attachments));
  }

  @Test
  void chunksOfSeveralStreamsAreAssembledWithSmallFramesBetweenThem() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      said.truncate(0);
      byte[] bytes = noise(300_000, seed);
      byte[] ints = noise(400_000, seed + 1);
      byte[] direct = noise(70_001, seed + 2);
      say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, 300_000))));
      say(
          FrameWriter.open(
              header(
                  16,
                  new Attachment(Memory.INTS, 400_000),
                  new Attachment(Memory.OFF_HEAP, 0),
                  new Attachment(Memory.OFF_HEAP, 70_001))));
      for (int i = 0; i < 4; i++) {
        chunk(1, java.util.Arrays.copyOfRange(bytes, i * 75_000, (i + 1) * 75_000));
        small(i);
        chunk(16, java.util.Arrays.copyOfRange(ints, i * 100_000, (i + 1) * 100_000));
      }
      chunk(16, new byte[0]);
      chunk(16, direct);
      small(4);
      write(seed);
      for (int i = 0; i <= 4; i++) {
        expectSmall(i);
      }
      MemorySegment first = reader.streams().claim(1).attachments()[0];
      MemorySegment[] others = reader.streams().claim(16).attachments();
      assertThat((byte[]) first.heapBase().orElseThrow()).isEqualTo(bytes);
      assertThat(others[0].heapBase().orElseThrow()).isInstanceOf(int[].class);
      assertThat(others[0].toArray(ValueLayout.JAVA_BYTE)).isEqualTo(ints);
      assertThat(others[2].isNative()).isTrue();
      assertThat(others[2].toArray(ValueLayout.JAVA_BYTE)).isEqualTo(direct);
      assertThat(reader.streams().areOpen()).isFalse();
    }
  }

  @Test
  void aBodyFollowsTheBuffersOfItsStream() throws IOException {
    byte[] body = noise(200_000, 1);
    say(FrameWriter.open(new StreamHeader(4, 200_000, List.of(new Attachment(Memory.BYTES, 10)))));
    chunk(4, new byte[10]);
    chunk(4, java.util.Arrays.copyOf(body, 150_000));
    small(1);
    chunk(4, java.util.Arrays.copyOfRange(body, 150_000, 200_000));
    small(2);
    write(1);
    expectSmall(1);
    expectSmall(2);
    StreamAssembler assembler = reader.streams().claim(4);
    assertThat(assembler.attachments()).hasSize(1);
    assertThat(assembler.body(new Input(new byte[0])).readBytes(200_000)).isEqualTo(body);
  }

  @Test
  void aMessageWithABodyInFrameAndStreamIsMalformed() throws IOException {
    say(FrameWriter.open(new StreamHeader(4, 3, List.of())));
    chunk(4, new byte[3]);
    small(1);
    write(1);
    expectSmall(1);
    StreamAssembler assembler = reader.streams().claim(4);
    assertThatThrownBy(() -> assembler.body(new Input(new byte[1])))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("two bodies");
  }

  @Test
  void aResetStreamFreesItsNumber() throws IOException {
    StreamHeader header = header(2, new Attachment(Memory.BYTES, 1000));
    say(FrameWriter.open(header));
    chunk(2, new byte[400]);
    say(FrameWriter.reset(2));
    say(FrameWriter.open(header));
    chunk(2, new byte[1000]);
    small(1);
    write(1);
    expectSmall(1);
    assertThat(reader.streams().claim(2).attachments()[0].byteSize()).isEqualTo(1000);
  }

  @Test
  void aChunkWithoutAStreamIsMalformed() {
    for (int stream : new int[] {-128, 0, 1, 16, 17, 127}) {
      said.truncate(0);
      chunk(stream, new byte[10]);
      assertMalformed("stream " + stream);
      reader = new FrameReader(ends[0], LIMITS, new Meters());
    }
  }

  @Test
  void aResetWithoutAStreamIsMalformed() {
    say(FrameWriter.reset(3));
    small(1);
    assertMalformed("stream 3");
  }

  @Test
  void moreBytesThanAnnouncedAreMalformed() {
    say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, 100))));
    chunk(1, new byte[60]);
    chunk(1, new byte[41]);
    assertMalformed("41");
  }

  @Test
  void aChunkAfterTheLastBufferIsMalformed() {
    say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, 100))));
    chunk(1, new byte[100]);
    chunk(1, new byte[0]);
    assertMalformed("after the end of a stream of 1");
  }

  @Test
  void openingAStreamTwiceIsMalformed() {
    say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, 100))));
    say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, 100))));
    small(1);
    assertMalformed("opened twice");
  }

  @Test
  void aMessageBeforeItsBuffersIsMalformed() throws IOException {
    say(
        FrameWriter.open(
            header(1, new Attachment(Memory.BYTES, 100), new Attachment(Memory.BYTES, 1))));
    small(1);
    chunk(1, new byte[100]);
    small(2);
    write(1);
    expectSmall(1);
    assertThatThrownBy(() -> reader.streams().claim(1)).isInstanceOf(MalformedException.class);
    expectSmall(2);
    assertThatThrownBy(() -> reader.streams().claim(1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> reader.streams().claim(2)).isInstanceOf(MalformedException.class);
  }

  @Test
  void anAnnouncedStreamTakesNoMemoryBeforeItArrives() throws IOException {
    Limits generous = Limits.DEFAULT;
    InboundStreams streams = new InboundStreams(generous);
    for (int stream = 1; stream <= StreamHeader.STREAMS; stream++) {
      Output payload = new Output(32);
      header(stream, new Attachment(Memory.OFF_HEAP, generous.maxAttachmentBytes())).write(payload);
      streams.open(new Input(payload.toByteArray()));
    }
    assertThat(streams.areOpen()).isTrue();
    long made = 0;
    for (int stream = 1; stream <= StreamHeader.STREAMS; stream++) {
      StreamAssembler assembler = streams.at(stream);
      assembler.begin(100 << 20); // 16 GiB were announced, and a hundred mebibytes now
      assembler.put(new byte[1], 0, 1);
      made += assembler.target().remaining();
    }
    assertThat(made).isBetween(64L << 20, 128L << 20);
  }

  @Test
  void memoryGrowsWithTheBytesThatArrive() throws IOException {
    Limits limits = Limits.DEFAULT;
    byte[] piece = noise(3 << 20, 7);
    for (Memory memory : Memory.values()) {
      InboundStreams streams = new InboundStreams(limits);
      Output payload = new Output(32);
      long size = (80 << 20) + 5;
      new StreamHeader(1, 0, List.of(new Attachment(memory, size))).write(payload);
      streams.open(new Input(payload.toByteArray()));
      StreamAssembler assembler = streams.at(1);
      for (long left = size; left > 0; left -= piece.length) {
        int count = (int) Math.min(left, piece.length);
        assembler.begin(count);
        assembler.put(piece, 0, count);
      }
      MemorySegment whole = streams.claim(1).attachments()[0];
      assertThat(whole.byteSize()).isEqualTo(size);
      MemorySegment expected = MemorySegment.ofArray(piece);
      for (long at = 0; at < size; at += piece.length) {
        long count = Math.min(size - at, piece.length);
        assertThat(whole.asSlice(at, count).mismatch(expected.asSlice(0, count))).isEqualTo(-1);
      }
    }
  }

  @Test
  void aStreamOverTheLimitIsRefused() {
    say(FrameWriter.open(header(1, new Attachment(Memory.BYTES, LIMITS.maxAttachmentBytes() + 1))));
    small(1);
    write(1);
    assertThatThrownBy(this::next)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxAttachmentBytes");
  }

  private void assertMalformed(String message) {
    write(1);
    assertThatThrownBy(this::next)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }
}
