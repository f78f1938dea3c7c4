package io.farref.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.Output;
import io.farref.observe.Meters;
import io.farref.spi.Link;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
  private static final int CAPACITY = 8 << 20;
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  /** A link that remembers what was written, and lets the writer wait. */
  private static final class Sink implements Link {
    private final Output written = new Output(1 << 16);
    private final Semaphore permits;
    private final CountDownLatch firstWrite = new CountDownLatch(1);
    private volatile boolean broken;
    private int writes;

    Sink(int permits) {
      this.permits = new Semaphore(permits);
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
        throws IOException {
      firstWrite.countDown();
      permits.acquireUninterruptibly();
      if (broken) {
        throw new IOException("broken");
      }
      synchronized (written) {
        writes++;
        for (int i = offset; i < offset + length; i++) {
          byte[] bytes = new byte[srcs[i].remaining()];
          srcs[i].get(bytes);
          written.writeBytes(bytes, 0, bytes.length);
        }
      }
      return true;
    }

    @Override
    public String remoteAddress() {
      return "sink";
    }

    @Override
    public void close() {}

    byte[] written() {
      synchronized (written) {
        return written.toByteArray();
      }
    }

    int writes() {
      synchronized (written) {
        return writes;
      }
    }
  }

  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final FrameQueue queue = new FrameQueue(CAPACITY);
  private final WriteCoalescer writer =
      new WriteCoalescer(queue, new Meters(), THREADS, failure::set);
  private final ChunkWriter chunks = new ChunkWriter(writer);

  private static Output bytes(int... values) {
    Output out = new Output(16);
    for (int each : values) {
      out.writeByte(each);
    }
    return out;
  }

  /** Appends, and waits for capacity without a timeout. */
  private long append(Output frame, List<ByteBuffer> buffers) throws ClosedChannelException {
    try (BoundedWait endless = BoundedWait.endless()) {
      long at = queue.tryAppend(frame, buffers, null);
      while (at == FrameQueue.FULL) {
        queue.awaitCapacity(endless);
        at = queue.tryAppend(frame, buffers, null);
      }
      return at;
    }
  }

  private static Output number(int value) {
    Output out = new Output(4);
    out.writeInt(value);
    return out;
  }

  @Test
  void framesAppendedBeforeTheLinkOpensLeaveInOrderAfterwards() throws IOException {
    append(bytes(1, 2), List.of());
    append(bytes(3), List.of(ByteBuffer.wrap(new byte[] {4, 5})));
    append(bytes(6), List.of());
    writer.flush();
    Sink sink = new Sink(Integer.MAX_VALUE);
    writer.open(sink);
    assertThat(sink.written()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(sink.writes()).isOne();
    assertThat(queue.isPending()).isFalse();
  }

  @Test
  void framesQueuedDuringAWriteLeaveTogetherInTheNextOne() throws Exception {
    Sink sink = new Sink(0);
    writer.open(sink);
    append(bytes(1), List.of());
    Thread writing = Thread.ofVirtual().start(writer::flush);
    sink.firstWrite.await();
    for (int i = 2; i < 50; i++) {
      append(bytes(i), List.of());
      writer.flush(); // returns at once: another thread is writing
    }
    sink.permits.release(2);
    writing.join();
    assertThat(sink.writes()).isEqualTo(2);
    assertThat(sink.written()).hasSize(49).startsWith(1, 2, 3).endsWith(48, 49);
  }

  @Test
  void aFrameThatWasNotHandedToTheLinkIsKnownByItsPosition() throws Exception {
    append(bytes(1, 2, 3), List.of());
    long second = append(bytes(4), List.of());
    assertThat(second).isEqualTo(3);
    assertThat(queue.handedOver()).isZero();
    writer.open(new Sink(Integer.MAX_VALUE));
    assertThat(queue.handedOver()).isEqualTo(4);
  }

  @Test
  void largeAndSmallFramesOfManyThreadsKeepTheOrderOfEachThread() throws Exception {
    Sink sink = new Sink(Integer.MAX_VALUE);
    writer.open(sink);
    int threads = 8;
    int each = 2_000;
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int id = t;
      all.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      Output frame = number(id << 24 | i);
                      try {
                        if (i % 10 == 0) {
                          byte[] large = new byte[20_000];
                          System.arraycopy(frame.array(), 0, large, 0, 4);
                          append(bytes(), List.of(ByteBuffer.wrap(large)));
                        } else {
                          append(frame, List.of());
                        }
                      } catch (ClosedChannelException e) {
                        throw new AssertionError(e);
                      }
                      writer.flush();
                    }
                  }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    int[] next = new int[threads];
    ByteBuffer written =
        ByteBuffer.wrap(awaitSize(sink, threads * (each / 10 * 20_000 + each * 9 / 10 * 4)))
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    while (written.hasRemaining()) {
      int value = written.getInt();
      int i = value & 0xFFFFFF;
      assertThat(i).isEqualTo(next[value >>> 24]++);
      if (i % 10 == 0) {
        written.position(written.position() + 20_000 - 4);
      }
    }
    assertThat(next).containsOnly(each);
  }

  private static byte[] awaitSize(Sink sink, int size) {
    // A writer that gave up after several rounds left the rest to another thread.
    long end = System.nanoTime() + 10_000_000_000L;
    while (sink.written().length < size && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    return sink.written();
  }

  @Test
  void appendingToAFullQueueWaitsForCapacity() throws Exception {
    Sink sink = new Sink(0);
    writer.open(sink);
    append(bytes(), List.of(ByteBuffer.allocate(CAPACITY + 1)));
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    append(bytes(1), List.of());
                  } catch (ClosedChannelException e) {
                    throw new AssertionError(e);
                  }
                });
    awaitState(waiting, Thread.State.WAITING);
    sink.permits.release(2);
    writer.flush();
    waiting.join();
    writer.flush();
    assertThat(awaitSize(sink, CAPACITY + 2)).hasSize(CAPACITY + 2);
  }

  @Test
  void closingFailsThreadsThatWaitForCapacity() throws Exception {
    append(bytes(), List.of(ByteBuffer.allocate(CAPACITY + 1)));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    append(bytes(1), List.of());
                  } catch (Throwable e) {
                    thrown.set(e);
                  }
                });
    awaitState(waiting, Thread.State.WAITING);
    queue.close();
    waiting.join();
    assertThat(thrown.get()).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> append(bytes(1), List.of()))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aBrokenLinkIsReported() throws Exception {
    Sink sink = new Sink(Integer.MAX_VALUE);
    sink.broken = true;
    writer.open(sink);
    append(bytes(1), List.of());
    writer.flush();
    assertThat(failure.get()).hasMessage("broken");
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  @Test
  void chunkWritersAlternateAndFramesGoBetweenTheirChunks() throws Exception {
    Sink sink = new Sink(0);
    writer.open(sink);
    List<Thread> carriers = new ArrayList<>();
    for (int c = 1; c <= 3; c++) {
      carriers.add(carrier((byte) (c * 10)));
      awaitState(carriers.getLast(), Thread.State.WAITING); // for the link, or until it may write
    }
    append(bytes(1), List.of());
    for (int i = 0; i < 9; i++) {
      while (!sink.permits.hasQueuedThreads()
          || carriers.stream().anyMatch(FrameQueueTest::isRunning)) {
        Thread.onSpinWait();
      }
      sink.permits.release();
      awaitWritten(sink, 2 * (i + 1));
    }
    for (Thread each : carriers) {
      each.join();
    }
    assertThat(sink.written())
        .containsExactly(10, 11, 1, 20, 21, 30, 31, 10, 11, 20, 21, 30, 31, 10, 11, 20, 21, 30, 31);
    assertThat(queue.isPending()).isFalse();
  }

  private static boolean isRunning(Thread thread) {
    return thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TERMINATED;
  }

  /** Writes three chunks of two bytes. */
  private Thread carrier(byte first) {
    return Thread.ofPlatform()
        .start(
            () -> {
              MemorySegment rest = MemorySegment.ofArray(new byte[] {(byte) (first + 1)});
              try (BoundedWait endless = BoundedWait.endless()) {
                for (int i = 0; i < 3; i++) {
                  chunks.write(new byte[] {first}, rest, endless, () -> {});
                }
              } catch (ClosedChannelException e) {
                throw new AssertionError(e);
              }
            });
  }

  private static void awaitWritten(Sink sink, int size) {
    while (sink.written().length < size) {
      Thread.onSpinWait();
    }
  }

  @Test
  void memoryClosedBeforeItIsWrittenIsReportedAsAFailure() {
    writer.open(new Sink(Integer.MAX_VALUE));
    Arena arena = Arena.ofShared();
    MemorySegment closed = arena.allocate(10);
    arena.close();
    try (BoundedWait endless = BoundedWait.endless()) {
      assertThatThrownBy(() -> chunks.write(new byte[1], closed, endless, () -> {}))
          .isInstanceOf(ClosedChannelException.class);
    }
    assertThat(failure.get()).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> append(bytes(1), List.of()))
        .isInstanceOf(ClosedChannelException.class);
  }
}
