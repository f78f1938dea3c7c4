package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What every {@link Transport} must do, as tests. Extend it beside your transport:
 *
 * <pre>{@code
 * class MyTransportTest extends TransportContract {
 *   @Override protected Transport transport() { return new MyTransport(); }
 *   @Override protected String listenAddress() { return "127.0.0.1:0"; }
 * }
 * }</pre>
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class TransportContract {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private @Nullable Transport transport;

  /** For subclasses. */
  protected TransportContract() {}

  /** Makes the transport under test; called once in each test. */
  protected abstract Transport transport() throws IOException;

  /** Where to listen so that the transport picks a free address. */
  protected abstract String listenAddress();

  /** A well-formed address where nobody listens. */
  protected abstract String deafAddress() throws IOException;

  /** How many bytes are sent where many are: more than the transport holds unread. */
  protected int manyBytes() {
    return 24 << 20;
  }

  /** How long a test waits for what must happen before it fails. */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** How many bytes can be written, at least, while nobody reads. */
  protected int fewBytes() {
    return 50_000;
  }

  /** Two ends of a connection. */
  private record Ends(Link dialer, Link acceptor) {}

  private Transport subject() throws IOException {
    if (transport == null) {
      transport = transport();
    }
    return transport;
  }

  private Transport.Listener listen() throws IOException {
    return closedLater(subject().listen(listenAddress()));
  }

  private Ends connect() throws Exception {
    Transport.Listener listener = listen();
    Background<Link> accepted = inBackground(listener::accept);
    Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
    return new Ends(dialer, closedLater(accepted.result()));
  }

  private <T extends AutoCloseable> T closedLater(T resource) {
    opened.add(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    boolean unused = Thread.interrupted();
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  // Bytes.

  @Test
  void bytesArriveInOrderBothWays() throws Exception {
    Ends ends = connect();
    write(ends.dialer, bytes(1, 2, 3));
    write(ends.dialer, bytes(4));
    write(ends.acceptor, bytes(5, 6));

    assertThat(readFully(ends.acceptor, 4)).containsExactly(1, 2, 3, 4);
    assertThat(readFully(ends.dialer, 2)).containsExactly(5, 6);
  }

  @Test
  void theAcceptorMayWriteFirst() throws Exception {
    Ends ends = connect();
    write(ends.acceptor, bytes(9));

    assertThat(readFully(ends.dialer, 1)).containsExactly(9);
  }

  @Test
  void readsIntoOneByteOfRoomAtATime() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.dialer, ByteBuffer.wrap(sent));

    byte[] received = new byte[sent.length];
    for (int i = 0; i < received.length; i++) {
      received[i] = readFully(ends.acceptor, 1)[0];
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void readTouchesOnlyTheRoomBetweenPositionAndLimit() throws Exception {
    Ends ends = connect();
    write(ends.dialer, bytes(1, 2, 3, 4, 5));

    ByteBuffer dst = ByteBuffer.allocate(10).position(3).limit(6);
    while (dst.hasRemaining()) {
      int before = dst.position();
      int count = ends.acceptor.read(dst, 10 * SECOND);
      assertThat(count).isPositive();
      assertThat(dst.position()).isEqualTo(before + count);
    }
    assertThat(dst.limit()).isEqualTo(6);
    assertThat(dst.array()).containsExactly(0, 0, 0, 1, 2, 3, 0, 0, 0, 0);
    assertThat(readFully(ends.acceptor, 2)).containsExactly(4, 5);
  }

  @Test
  void readRefusesABufferWithoutRoom() throws Exception {
    Ends ends = connect();
    write(ends.dialer, bytes(1));

    assertThatThrownBy(() -> ends.acceptor.read(ByteBuffer.allocate(0), SECOND))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writeGathersHeapDirectEmptyAndReadOnlyBuffersInOrder() throws Exception {
    Ends ends = connect();
    byte[] sent = random(3 << 20);
    ByteBuffer[] srcs = {
      bytes(77), // before the range
      ByteBuffer.wrap(sent, 0, 5),
      ByteBuffer.allocate(0),
      direct(sent, 5, 100),
      ByteBuffer.wrap(sent, 105, (2 << 20) - 105).asReadOnlyBuffer(),
      ByteBuffer.allocateDirect(0),
      ByteBuffer.wrap(sent, 2 << 20, 1000).slice(),
      direct(sent, (2 << 20) + 1000, (1 << 20) - 1000),
      bytes(78), // after it
    };
    Background<?> writer =
        inBackground(
            () -> {
              ends.dialer.write(srcs, 1, srcs.length - 2);
              return null;
            });

    assertThat(readFully(ends.acceptor, sent.length)).isEqualTo(sent);
    writer.result();
    for (int i = 1; i < srcs.length - 1; i++) {
      assertThat(srcs[i].hasRemaining()).as("buffer %d", i).isFalse();
    }
    assertThat(srcs[0].remaining()).isEqualTo(1);
    assertThat(srcs[srcs.length - 1].remaining()).isEqualTo(1);
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 0)).isZero();
  }

  @Test
  void writeTakesMoreBuffersThanOneSystemCallDoes() throws Exception {
    Ends ends = connect();
    byte[] sent = random(5000);
    ByteBuffer[] srcs = new ByteBuffer[sent.length];
    for (int i = 0; i < srcs.length; i++) {
      srcs[i] = ByteBuffer.wrap(sent, i, 1);
    }
    Background<?> writer =
        inBackground(
            () -> {
              ends.dialer.write(srcs, 0, srcs.length);
              return null;
            });

    assertThat(readFully(ends.acceptor, sent.length)).isEqualTo(sent);
    writer.result();
  }

  @Test
  void writeOfNothingDoesNothing() throws Exception {
    Ends ends = connect();
    ends.dialer.write(new ByteBuffer[0], 0, 0);
    ends.dialer.write(new ByteBuffer[] {bytes(1)}, 1, 0);
    write(ends.dialer, ByteBuffer.allocate(0));

    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 5 * MILLI)).isZero();
  }

  @Test
  void writeRefusesARangeOutsideItsArray() throws Exception {
    Ends ends = connect();

    assertThatThrownBy(() -> ends.dialer.write(new ByteBuffer[] {bytes(1)}, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aWriterWaitsForASlowReaderAndLosesNothing() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    Background<?> writer = writing(ends.dialer, ByteBuffer.wrap(sent));
    writer.awaitIdle();
    assertThat(writer.isDone()).as("written without a reader").isFalse();

    byte[] received = readFully(ends.acceptor, sent.length);
    writer.result();
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void manyBytesGoBothWaysAtTheSameTime() throws Exception {
    Ends ends = connect();
    byte[] there = random(manyBytes());
    byte[] back = random(manyBytes() - 1);
    Background<?> first = writing(ends.dialer, ByteBuffer.wrap(there));
    Background<?> second = writing(ends.acceptor, direct(back, 0, back.length));
    Background<byte[]> other = inBackground(() -> readFully(ends.dialer, back.length));

    assertThat(readFully(ends.acceptor, there.length)).isEqualTo(there);
    assertThat(other.result()).isEqualTo(back);
    first.result();
    second.result();
  }

  // Time.

  @Test
  void aReadWithoutTimeReturnsWhatIsThereOrNothing() throws Exception {
    Ends ends = connect();
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 0)).isZero();
    write(ends.dialer, bytes(1, 2));
    assertThat(readFully(ends.acceptor, 1)).containsExactly(1);
  }

  @Test
  void aReadEndsWhenItsTimeHasPassedAndNotBefore() throws Exception {
    Ends ends = connect();
    for (long nanos : new long[] {1, 200_000, 3 * MILLI, 30 * MILLI}) {
      long start = System.nanoTime();
      assertThat(ends.acceptor.read(ByteBuffer.allocate(1), nanos)).isZero();
      assertThat(System.nanoTime() - start).isBetween(nanos, nanos + 10 * SECOND);
    }
  }

  @Test
  void aReadWithTimeEndsWithTheFirstByte() throws Exception {
    Ends ends = connect();
    Background<byte[]> reader =
        inBackground(
            () -> {
              ByteBuffer dst = ByteBuffer.allocate(1);
              assertThat(ends.acceptor.read(dst, 50 * SECOND)).isEqualTo(1);
              return dst.array();
            });
    reader.awaitIdle();
    write(ends.dialer, bytes(3));

    assertThat(reader.result()).containsExactly(3);
  }

  // Wakeup.

  @Test
  void wakeupEndsAWaitThatHasBegun() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor, -1);
    reader.awaitIdle();
    ends.acceptor.wakeup();

    assertThat(reader.result()).isZero();
  }

  @Test
  void wakeupBeforeTheWaitEndsTheNextOneOnly() throws Exception {
    Ends ends = connect();
    ends.acceptor.wakeup();
    ends.acceptor.wakeup();

    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), -1)).isZero();
    long start = System.nanoTime();
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 20 * MILLI)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20 * MILLI);
  }

  @Test
  void aReadThatDoesNotWaitLeavesTheWakeupToTheNext() throws Exception {
    Ends ends = connect();
    ends.acceptor.wakeup();
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 0)).isZero();

    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), -1)).isZero();
  }

  @Test
  void noWakeupIsLostWhateverItsMoment() throws Exception {
    Ends ends = connect();
    for (int i = 0; i < 300; i++) {
      Background<Integer> reader = reading(ends.acceptor, -1);
      for (int spin = i % 50 * 100; spin > 0; spin--) {
        Thread.onSpinWait();
      }
      ends.acceptor.wakeup();
      assertThat(reader.result()).isZero();
    }
  }

  @Test
  void wakeupLosesNoBytes() throws Exception {
    Ends ends = connect();
    byte[] sent = random(200_000);
    Background<byte[]> reader = inBackground(() -> readFully(ends.acceptor, sent.length));
    for (int at = 0; at < sent.length; at += 1000) {
      write(ends.dialer, ByteBuffer.wrap(sent, at, 1000));
      ends.acceptor.wakeup();
    }

    assertThat(reader.result()).isEqualTo(sent);
  }

  // Interrupts.

  @Test
  void anInterruptEndsTheWaitOfAReaderAndStaysSet() throws Exception {
    Ends ends = connect();
    Background<Boolean> reader =
        inBackground(
            () -> {
              assertThat(ends.acceptor.read(ByteBuffer.allocate(1), -1)).isZero();
              return Thread.currentThread().isInterrupted();
            });
    reader.awaitIdle();
    reader.thread().interrupt();

    assertThat(reader.result()).isTrue();
    write(ends.dialer, bytes(1));
    assertThat(readFully(ends.acceptor, 1)).containsExactly(1);
  }

  @Test
  void anInterruptBeforeTheWaitEndsItOnce() throws Exception {
    Ends ends = connect();
    Thread.currentThread().interrupt();

    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), -1)).isZero();
    long start = System.nanoTime();
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 20 * MILLI)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20 * MILLI);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void threadsWithTheirFlagSetWaitWithoutSpinning() throws Exception {
    Ends ends = connect();
    Ends silent = connect();
    Transport.Listener listener = listen();
    List<Background<?>> waiting =
        List.of(
            interrupted(() -> silent.dialer.read(ByteBuffer.allocate(1), -1)),
            interrupted(() -> silent.acceptor.read(ByteBuffer.allocate(1), 20 * SECOND)),
            interrupted(() -> writeOnce(ends.dialer, ByteBuffer.allocate(manyBytes()))),
            interrupted(listener::accept));
    for (Background<?> one : waiting) {
      one.awaitIdle();
    }

    long[] before = waiting.stream().mapToLong(Background::cpuNanos).toArray();
    spin(150 * MILLI);
    for (int i = 0; i < before.length; i++) {
      assertThat(waiting.get(i).isDone()).as("done: %d", i).isFalse();
      assertThat(waiting.get(i).cpuNanos() - before[i]).as("used: %d", i).isLessThan(40 * MILLI);
    }
  }

  /** On a busy machine, too, a thread that spins gets about as much processor time as this one. */
  private static void spin(long cpuNanos) {
    var threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + cpuNanos;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Waits with the interrupt flag set; a first wait that the interrupt ends is repeated. */
  private Background<?> interrupted(Callable<?> wait) {
    return inBackground(
        () -> {
          Thread.currentThread().interrupt();
          Object first = wait.call();
          return Integer.valueOf(0).equals(first) ? wait.call() : first;
        });
  }

  private static Link writeOnce(Link link, ByteBuffer src) throws IOException {
    write(link, src);
    return link;
  }

  @Test
  void aThreadWithItsFlagSetReadsAndWrites() throws Exception {
    Ends ends = connect();
    Thread.currentThread().interrupt();
    write(ends.dialer, bytes(1, 2, 3));

    assertThat(readFully(ends.acceptor, 3)).containsExactly(1, 2, 3);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptDoesNotEndAWriteAndStaysSet() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    Background<Boolean> writer =
        inBackground(
            () -> {
              Thread.currentThread().interrupt();
              write(ends.dialer, ByteBuffer.wrap(sent));
              return Thread.currentThread().isInterrupted();
            });
    writer.awaitIdle().thread().interrupt();

    assertThat(readFully(ends.acceptor, sent.length)).isEqualTo(sent);
    assertThat(writer.result()).isTrue();
  }

  @Test
  void anInterruptDoesNotEndAccept() throws Exception {
    Transport.Listener listener = listen();
    Background<Link> accepted =
        inBackground(
            () -> {
              Thread.currentThread().interrupt();
              Link link = listener.accept();
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              return link;
            });
    accepted.awaitIdle().thread().interrupt();
    closedLater(subject().connect(listener.address(), 10 * SECOND));

    closedLater(accepted.result());
  }

  // Ends.

  @Test
  void theOtherSideReadsToTheEndOfWhatWasWrittenBeforeClose() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.dialer, ByteBuffer.wrap(sent));
    ends.dialer.close();

    assertThat(readFully(ends.acceptor, sent.length)).isEqualTo(sent);
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), -1)).isEqualTo(-1);
    assertThat(ends.acceptor.read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
  }

  @Test
  void whatWasWrittenArrivesAlsoIfTheCloserLeftItsInputUnread() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.acceptor, ByteBuffer.wrap(random(fewBytes())));
    write(ends.dialer, ByteBuffer.wrap(sent));
    ends.dialer.close();

    assertThat(readFully(ends.acceptor, sent.length)).isEqualTo(sent);
  }

  @Test
  void closeOnTheOtherSideEndsAWaitingReadWithTheEnd() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor, -1);
    reader.awaitIdle();
    ends.dialer.close();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @Test
  void closeOnThisSideEndsAWaitingRead() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor, -1);
    reader.awaitIdle();
    ends.acceptor.close();

    assertThatThrownBy(reader::result).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closeOnThisSideEndsAWaitingWrite() throws Exception {
    Ends ends = connect();
    Background<?> writer = writing(ends.dialer, ByteBuffer.allocate(manyBytes()));
    writer.awaitIdle();
    ends.dialer.close();

    assertThatThrownBy(writer::result).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closeOnTheOtherSideEndsAWaitingWrite() throws Exception {
    Ends ends = connect();
    Background<?> writer = writing(ends.dialer, ByteBuffer.allocate(manyBytes()));
    writer.awaitIdle();
    ends.acceptor.close();

    assertThatThrownBy(writer::result)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ClosedChannelException.class)
        .hasMessageMatching(".*\\w.*");
  }

  @Test
  void writingToASideThatHasClosedFailsInTheEnd() throws Exception {
    Ends ends = connect();
    ends.acceptor.close();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) {
                write(ends.dialer, ByteBuffer.allocate(1 << 16));
              }
            })
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aClosedLinkRefusesToReadAndWrite() throws Exception {
    Ends ends = connect();
    write(ends.acceptor, bytes(1));
    ends.dialer.close();
    ends.dialer.close();
    ends.dialer.wakeup();

    for (long nanos : new long[] {-1, 0, MILLI}) {
      assertThatThrownBy(() -> ends.dialer.read(ByteBuffer.allocate(1), nanos))
          .isInstanceOf(ClosedChannelException.class);
    }
    assertThatThrownBy(() -> write(ends.dialer, bytes(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closeMayComeFromManyThreadsWhileOthersReadAndWrite() throws Exception {
    for (int i = 0; i < 30; i++) {
      Ends ends = connect();
      Background<Integer> reader = reading(ends.dialer, -1);
      Background<?> writer = writing(ends.dialer, ByteBuffer.allocate(manyBytes()));
      List<Background<?>> closers = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        closers.add(
            inBackground(
                () -> {
                  ends.dialer.close();
                  return null;
                }));
      }
      for (Background<?> closer : closers) {
        closer.result();
      }
      assertThatThrownBy(reader::result).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(writer::result).isInstanceOf(ClosedChannelException.class);
      closeAll();
      opened.clear();
    }
  }

  // Listening and connecting.

  @Test
  void aListenerAcceptsManyConnectionsInOrder() throws Exception {
    Transport.Listener listener = listen();
    for (int i = 0; i < 20; i++) {
      Background<Link> accepted = inBackground(listener::accept);
      Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
      write(dialer, bytes(i));
      assertThat(readFully(closedLater(accepted.result()), 1)).containsExactly(i);
    }
  }

  @Test
  void twoListenersHaveDifferentAddresses() throws Exception {
    assertThat(listen().address()).isNotEqualTo(listen().address());
  }

  @Test
  void anAddressInUseIsRefused() throws Exception {
    Transport.Listener listener = listen();

    assertThatThrownBy(() -> closedLater(subject().listen(listener.address())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(listener.address());
  }

  @Test
  void connectingWhereNobodyListensFailsAndSaysWhere() throws Exception {
    String deaf = deafAddress();
    long start = System.nanoTime();

    assertThatThrownBy(() -> subject().connect(deaf, 20 * SECOND))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(deaf);
    assertThat(System.nanoTime() - start).isLessThan(20 * SECOND);
  }

  @Test
  void closeOfAListenerEndsAcceptAndLeavesConnectionsOpen() throws Exception {
    Transport.Listener listener = listen();
    Background<Link> first = inBackground(listener::accept);
    Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
    Link acceptor = closedLater(first.result());
    Background<Link> second = inBackground(listener::accept);
    second.awaitIdle();
    listener.close();
    listener.close();

    assertThatThrownBy(second::result).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(listener::accept).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> subject().connect(listener.address(), SECOND))
        .isInstanceOf(IOException.class);
    write(dialer, bytes(1));
    assertThat(readFully(acceptor, 1)).containsExactly(1);
  }

  @Test
  void anAddressIsFreeAgainOnceItsListenerIsClosed() throws Exception {
    Transport.Listener listener = listen();
    listener.close();

    closedLater(subject().listen(listener.address()));
  }

  @Test
  void aLinkSaysWhereTheOtherSideIs() throws Exception {
    Ends ends = connect();

    assertThat(ends.dialer.remoteAddress()).isNotBlank();
    assertThat(ends.acceptor.remoteAddress()).isNotBlank();
  }

  // Virtual threads.

  @Test
  void moreVirtualThreadsThanProcessorsMayWaitInLinks() throws Exception {
    int count = 4 * Runtime.getRuntime().availableProcessors() + 8;
    List<Ends> all = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    byte[] received = new byte[count];
    for (int i = 0; i < count; i++) {
      int index = i;
      Ends ends = connect();
      all.add(ends);
      readers.add(
          Thread.ofVirtual()
              .start(() -> received[index] = uncheckedReadFully(ends.acceptor, 1)[0]));
    }
    for (int i = count - 1; i >= 0; i--) {
      int index = i;
      Thread writer =
          Thread.ofVirtual().start(() -> uncheckedWrite(all.get(index).dialer, bytes(index)));
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      assertThat(readers.get(index).join(Duration.ofSeconds(10))).isTrue();
      assertThat(received[index]).isEqualTo((byte) index);
    }
  }

  private byte[] uncheckedReadFully(Link link, int count) {
    try {
      return readFully(link, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void uncheckedWrite(Link link, ByteBuffer src) {
    try {
      write(link, src);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends @Nullable Object> Background<T> inBackground(Callable<T> action) {
    return Background.run(patience(), action);
  }

  private Background<Integer> reading(Link link, long timeoutNanos) {
    return inBackground(() -> link.read(ByteBuffer.allocate(1), timeoutNanos));
  }

  private Background<?> writing(Link link, ByteBuffer src) {
    return inBackground(
        () -> {
          write(link, src);
          return null;
        });
  }

  private static void write(Link link, ByteBuffer src) throws IOException {
    link.write(new ByteBuffer[] {src}, 0, 1);
  }

  private byte[] readFully(Link link, int count) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(count);
    long end = System.nanoTime() + patience().toNanos();
    while (dst.hasRemaining()) {
      long left = end - System.nanoTime();
      if (left <= 0 || link.read(dst, left) < 0) {
        throw new IOException("the stream stopped after " + dst.position() + " of " + count);
      }
    }
    return dst.array();
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static ByteBuffer direct(byte[] source, int offset, int length) {
    return ByteBuffer.allocateDirect(length).put(source, offset, length).flip();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
