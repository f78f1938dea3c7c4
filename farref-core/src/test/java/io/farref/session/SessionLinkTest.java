package io.farref.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.MalformedException;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionLinkTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  private final SessionLink a = new SessionLink(THREADS, "b", (_, _) -> {});
  private final SessionLink b = new SessionLink(THREADS, "a", (_, _) -> {});
  private Link[] carriers = new Link[0];

  @AfterEach
  void close() {
    a.close();
    b.close();
    for (Link each : carriers) {
      each.close();
    }
  }

  /** Replaces the present links, as after a break of the network. */
  private void reconnect() {
    IOException broken = new IOException("cut");
    a.detach(broken);
    b.detach(broken);
    carriers = InProcessTransport.pair();
    long arrivedAtA = a.arrived();
    long arrivedAtB = b.arrived();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> b.attach(carriers[1], arrivedAtA, () -> true), THREADS);
    a.attach(carriers[0], arrivedAtB, () -> true);
    other.join();
  }

  private static void write(Link to, byte[] bytes) throws IOException {
    to.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1);
  }

  private static byte[] read(Link from, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining()) {
      assertThat(from.read(buffer, TIMEOUT)).as("bytes read").isPositive();
    }
    return buffer.array();
  }

  private static byte[] bytes(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bytesWrittenWithoutALinkArriveWithTheNext() throws IOException {
    reconnect();
    write(a, bytes(10, 1));
    a.detach(new IOException("cut"));
    write(a, bytes(10, 2));
    b.detach(new IOException("cut"));
    reconnect();
    assertThat(read(b, 20)).startsWith(bytes(10, 1)).endsWith(bytes(10, 2));
  }

  @Test
  void bytesThatHaveArrivedAreNotDeliveredAgain() throws IOException {
    reconnect();
    write(a, bytes(100, 1));
    assertThat(read(b, 60)).isEqualTo(java.util.Arrays.copyOf(bytes(100, 1), 60));
    reconnect();
    write(a, bytes(5, 2));
    assertThat(read(b, 45))
        .startsWith(java.util.Arrays.copyOfRange(bytes(100, 1), 60, 100))
        .endsWith(bytes(5, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 1000, 70_000})
  void aStreamIsCompleteHoweverOftenItsLinkBreaks(int most) throws IOException {
    reconnect();
    byte[] whole = bytes(most * 100, 7);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> writeInPieces(whole, most), THREADS);
    CompletableFuture<byte[]> reading =
        CompletableFuture.supplyAsync(() -> readInPieces(whole.length, most), THREADS);
    while (!reading.isDone()) {
      reconnect();
    }
    assertThat(reading.join()).isEqualTo(whole);
    writing.join();
    assertThat(b.arrived()).isEqualTo(whole.length);
  }

  private void writeInPieces(byte[] whole, int most) {
    Random random = new Random(1);
    try {
      for (int at = 0; at < whole.length; ) {
        int first = Math.min(random.nextInt(most) + 1, whole.length - at);
        int second = Math.min(random.nextInt(most) + 1, whole.length - at - first);
        ByteBuffer rest = ByteBuffer.allocateDirect(second).put(whole, at + first, second).flip();
        ByteBuffer[] srcs = {ByteBuffer.wrap(whole, at, first), rest};
        boolean hurried = random.nextBoolean();
        if (!hurried || !a.write(srcs, 0, 2, random.nextLong(2_000))) {
          assertThat(srcs[0].remaining() + rest.remaining()).isEqualTo(first + second);
          a.write(srcs, 0, 2);
        }
        at += first + second;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] readInPieces(int size, int most) {
    Random random = new Random(2);
    ByteBuffer all = ByteBuffer.allocate(size);
    try {
      while (all.hasRemaining()) {
        ByteBuffer piece = all.slice();
        piece.limit(Math.min(random.nextInt(most) + 1, piece.remaining()));
        int count = b.read(piece, TIMEOUT);
        assertThat(count).isPositive().isEqualTo(piece.position());
        all.position(all.position() + count);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all.array();
  }

  @Test
  void aWriterWaitsForTheWindowAndContinuesOverTheNextLink() throws IOException {
    reconnect();
    CompletableFuture<Void> acks = CompletableFuture.runAsync(this::readAcknowledgements, THREADS);
    byte[] whole = bytes(2 * SessionWriter.WINDOW + 5, 3);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> writeInPieces(whole, 1 << 20), THREADS);
    byte[] start = read(b, SessionWriter.WINDOW / 2);
    assertThat(writing).isNotDone();
    CompletableFuture<byte[]> rest =
        CompletableFuture.supplyAsync(
            () -> readInPieces(whole.length - start.length, 1 << 20), THREADS);
    reconnect();
    assertThat(ByteBuffer.allocate(whole.length).put(start).put(rest.join()).array())
        .isEqualTo(whole);
    writing.join();
    b.close();
    acks.join();
  }

  private void readAcknowledgements() {
    try {
      assertThat(a.read(ByteBuffer.allocate(1), -1)).isEqualTo(-1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEndOfASessionIsTheEndOfTheStream() throws IOException {
    reconnect();
    write(a, bytes(3, 1));
    a.close();
    assertThat(read(b, 3)).isEqualTo(bytes(3, 1));
    assertThat(b.read(ByteBuffer.allocate(1), TIMEOUT)).isEqualTo(-1);
    assertThat(b.read(ByteBuffer.allocate(1), TIMEOUT)).isEqualTo(-1);
  }

  @Test
  void theReaderGetsTheReasonWhyTheOtherSideEndedTheSession() throws IOException {
    reconnect();
    write(a, bytes(3, 1));
    a.close("out of memory");
    assertThat(read(b, 3)).isEqualTo(bytes(3, 1));
    assertThatThrownBy(() -> b.read(ByteBuffer.allocate(1), TIMEOUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("out of memory");
  }

  @Test
  void theReasonOfTheOtherSideIsOneLine() throws IOException {
    reconnect();
    a.close("no\nSEVERE: all is lost");
    assertThatThrownBy(() -> b.read(ByteBuffer.allocate(1), TIMEOUT))
        .hasMessageContaining("no\\nSEVERE: all is lost");
  }

  @Test
  void readersAndWritersOfAFailedSessionGetItsCause() throws IOException {
    reconnect();
    a.detach(new IOException("cut"));
    CompletableFuture<Integer> reading =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return a.read(ByteBuffer.allocate(1), -1);
              } catch (IOException e) {
                throw new AssertionError(e.getMessage(), e);
              }
            },
            THREADS);
    a.fail(new IOException("its process has ended"));
    assertThatThrownBy(reading::join).hasMessageContaining("its process has ended");
    assertThatThrownBy(() -> write(a, bytes(1, 1))).hasMessageContaining("its process has ended");
  }

  @Test
  void aReaderThatWaitsForALinkTimesOutAndCanBeWoken() throws IOException {
    assertThat(a.read(ByteBuffer.allocate(1), 1000)).isZero();
    a.wakeup();
    assertThat(a.read(ByteBuffer.allocate(1), -1)).isZero();
    Thread.currentThread().interrupt();
    assertThat(a.read(ByteBuffer.allocate(1), -1)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Delivers an acknowledgement after a while, and then nothing. */
  private static final class Acknowledging implements Link {
    private static final long WHILE = TimeUnit.MILLISECONDS.toNanos(30);

    private final List<Long> limits = new ArrayList<>();

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) {
      limits.add(timeoutNanos);
      if (limits.size() > 1) {
        return 0;
      }
      for (long end = System.nanoTime() + WHILE; end - System.nanoTime() > 0; ) {
        Thread.onSpinWait();
      }
      Segment.putHead(dst, 0, 0);
      dst.order(ByteOrder.BIG_ENDIAN);
      return Segment.FULL_HEAD_SIZE;
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos) {
      return true;
    }

    @Override
    public String remoteAddress() {
      return "nowhere";
    }

    @Override
    public void close() {}
  }

  @Test
  void acknowledgementsDoNotProlongTheWaitOfAReader() throws IOException {
    Acknowledging carrier = new Acknowledging();
    a.attach(carrier, 0, () -> true);
    long limit = TimeUnit.SECONDS.toNanos(5);
    assertThat(a.read(ByteBuffer.allocate(100), limit)).isZero();
    assertThat(carrier.limits).hasSize(2);
    assertThat(carrier.limits.getLast()).isLessThanOrEqualTo(limit - Acknowledging.WHILE);
  }

  @Test
  void aLinkThatIsNotWantedAnyMoreIsClosed() throws IOException {
    Link[] late = InProcessTransport.pair();
    carriers = late;
    a.attach(late[0], 0, () -> false);
    assertThat(a.isConnected()).isFalse();
    assertThat(late[1].read(ByteBuffer.allocate(1), TIMEOUT)).isEqualTo(-1);
  }

  @Test
  void anAcknowledgementOfMoreThanWasSentIsRefused() throws IOException {
    reconnect();
    write(a, bytes(10, 1));
    a.detach(new IOException("cut"));
    Link[] next = InProcessTransport.pair();
    carriers = next;
    assertThatThrownBy(() -> a.attach(next[0], 11, () -> true))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anAcknowledgementOfLessThanBeforeIsRefused() throws IOException {
    reconnect();
    write(a, bytes(10, 1));
    read(b, 10);
    b.beat();
    a.read(
        ByteBuffer.allocate(1),
        TimeUnit.MILLISECONDS.toNanos(100)); // an acknowledgement arrived, and no data
    a.detach(new IOException("cut"));
    Link[] next = InProcessTransport.pair();
    carriers = next;
    assertThatThrownBy(() -> a.attach(next[0], 9, () -> true))
        .isInstanceOf(MalformedException.class);
  }
}
