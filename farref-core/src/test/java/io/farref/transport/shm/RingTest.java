package io.farref.transport.shm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rings, and a peer that breaks their rules. */
class RingTest {
  private static final int CAPACITY = 1 << 12;
  private static final byte[] TOKEN = "sixteen bytes ok".getBytes(US_ASCII);

  private SharedMemory memory;
  private int fd;
  private RingWriter writer;
  private RingReader reader;

  @BeforeEach
  void makeMemory() throws IOException {
    SharedMemory.Made made = SharedMemory.make(CAPACITY, TOKEN);
    memory = made.memory();
    fd = made.fd();
    writer = new RingWriter(memory, 0);
    reader = new RingReader(memory, 0);
  }

  @AfterEach
  void unmap() {
    Syscalls.close(fd);
    memory.release();
  }

  @Test
  void bytesComeOutInOrderAcrossTheEndOfTheMemory() throws IOException {
    Random random = new Random(1);
    byte[] sent = new byte[50 * CAPACITY];
    random.nextBytes(sent);
    ByteBuffer from = ByteBuffer.wrap(sent);
    ByteBuffer to = ByteBuffer.allocateDirect(sent.length);
    while (to.hasRemaining()) {
      writer.put(from, 1 + random.nextInt(CAPACITY));
      writer.publish();
      reader.take(to, 1 + random.nextInt(CAPACITY));
    }
    byte[] received = new byte[sent.length];
    to.flip().get(received);

    assertThat(received).isEqualTo(sent);
  }

  @Test
  void nothingComesOutBeforeItIsPublished() throws IOException {
    writer.put(ByteBuffer.allocate(10), 10);
    assertThat(reader.available()).isZero();
    writer.publish();
    assertThat(reader.available()).isEqualTo(10);
  }

  @Test
  void aFullRingTakesNoBytesUntilSomeAreRead() throws IOException {
    ByteBuffer src = ByteBuffer.allocate(2 * CAPACITY);
    assertThat(writer.put(src, src.remaining())).isEqualTo(CAPACITY);
    writer.publish();
    assertThat(writer.put(src, 1)).isZero();
    assertThat(reader.take(ByteBuffer.allocate(3), 3)).isEqualTo(3);
    assertThat(writer.put(src, 10)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, CAPACITY + 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1})
  void aReaderRefusesAnImpossiblePosition(long tail) throws IOException {
    set(ShmLayout.TAIL, tail);
    ByteBuffer dst = ByteBuffer.allocate(CAPACITY);

    assertThatThrownBy(() -> reader.take(dst, CAPACITY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Long.toString(tail));
    assertThat(dst.position()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {101, -CAPACITY + 99, Long.MAX_VALUE, Long.MIN_VALUE})
  void aWriterRefusesAnImpossiblePosition(long head) throws IOException {
    writer.put(ByteBuffer.allocate(100), 100);
    writer.publish();
    set(ShmLayout.HEAD, head);

    assertThatThrownBy(() -> writer.put(ByteBuffer.allocate(CAPACITY), CAPACITY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Long.toString(head));
    assertThatThrownBy(writer::free).isInstanceOf(IOException.class);
  }

  @Test
  void memoryThatIsUnmappedIsNotTouched() throws IOException {
    SharedMemory other = open(fd, CAPACITY, TOKEN);
    var late = new RingReader(other, 0);
    assertThat(other.retain()).isTrue();
    other.release();
    assertThat(late.available()).isZero();
    other.release();

    assertThatThrownBy(late::available).isInstanceOf(IllegalStateException.class);
    assertThat(other.retain()).isFalse();
  }

  @Test
  void theMemoryThatIsOpenedIsTheOneThatWasCreated() throws IOException {
    SharedMemory other = open(fd, CAPACITY, TOKEN);
    writer.put(ByteBuffer.allocate(7), 7);
    writer.publish();

    assertThat(new RingReader(other, 0).available()).isEqualTo(7);
    other.release();
  }

  @Test
  void memoryOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> open(fd, 2 * CAPACITY, TOKEN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Long.toString(ShmLayout.size(CAPACITY)));
  }

  @Test
  void memoryWithAnotherTokenIsRefused() {
    assertThatThrownBy(() -> open(fd, CAPACITY, new byte[TOKEN.length]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc");
  }

  /** A process that can shorten a mapped file can kill the processes that have mapped it. */
  @Test
  void memoryThatCanBeCutOffIsRefused(@TempDir Path dir) throws IOException {
    Path file = Files.write(dir.resolve("file"), new byte[(int) ShmLayout.size(CAPACITY)]);
    int unsealed = Syscalls.openMemory(file.toString());
    try {
      assertThatThrownBy(() -> open(unsealed, CAPACITY, TOKEN))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("sealed");
    } finally {
      Syscalls.close(unsealed);
    }
  }

  @Test
  void aDescriptorThatIsNotOpenIsRefused() {
    assertThatThrownBy(() -> open(1 << 20, CAPACITY, TOKEN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/fd/" + (1 << 20));
  }

  private static SharedMemory open(int fd, int capacity, byte[] token) throws IOException {
    return SharedMemory.open(ProcessHandle.current().pid(), fd, capacity, token);
  }

  private void set(long word, long value) {
    ShmLayout.LONG.setVolatile(memory.segment(), ShmLayout.control(0) + word, value);
  }
}
