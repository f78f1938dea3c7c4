package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The part of {@link TransportContract} about what ends a wait and what does not. */
abstract class LinkWaitContract extends LinkBytesContract {
  // Wakeup.

  @Test
  void aWakeupEndsAWaitThatHasBegun() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor(), -1);
    reader.awaitIdle();
    ends.acceptor().wakeup();

    assertThat(reader.result()).isZero();
  }

  @Test
  void aWakeupBeforeTheWaitEndsOnlyTheNextWait() throws Exception {
    Ends ends = connect();
    ends.acceptor().wakeup();
    ends.acceptor().wakeup();

    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), -1)).isZero();
    long start = System.nanoTime();
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 20 * MILLI)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20 * MILLI);
  }

  @Test
  void aReadThatDoesNotWaitLeavesTheWakeupToTheNextRead() throws Exception {
    Ends ends = connect();
    ends.acceptor().wakeup();
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 0)).isZero();

    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), -1)).isZero();
  }

  @Test
  void aWakeupAtAnyMomentIsNotLost() throws Exception {
    Ends ends = connect();
    for (int i = 0; i < 300; i++) {
      Background<Integer> reader = reading(ends.acceptor(), -1);
      for (int spin = i % 50 * 100; spin > 0; spin--) {
        Thread.onSpinWait();
      }
      ends.acceptor().wakeup();
      assertThat(reader.result()).isZero();
    }
  }

  @Test
  void aWakeupLosesNoBytes() throws Exception {
    Ends ends = connect();
    byte[] sent = random(200_000);
    Background<byte[]> reader = inBackground(() -> readFully(ends.acceptor(), sent.length));
    for (int at = 0; at < sent.length; at += 1000) {
      write(ends.dialer(), ByteBuffer.wrap(sent, at, 1000));
      ends.acceptor().wakeup();
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
              assertThat(ends.acceptor().read(ByteBuffer.allocate(1), -1)).isZero();
              return Thread.currentThread().isInterrupted();
            });
    reader.awaitIdle();
    reader.thread().interrupt();

    assertThat(reader.result()).isTrue();
    write(ends.dialer(), bytes(1));
    assertThat(readFully(ends.acceptor(), 1)).containsExactly(1);
  }

  @Test
  void anInterruptBeforeTheWaitEndsItOnce() throws Exception {
    Ends ends = connect();
    Thread.currentThread().interrupt();

    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), -1)).isZero();
    long start = System.nanoTime();
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 20 * MILLI)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20 * MILLI);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void threadsWithTheirInterruptFlagSetWaitWithoutSpinning() throws Exception {
    Ends ends = connect();
    Ends silent = connect();
    Transport.Listener listener = listen();
    List<Background<?>> waiting =
        List.of(
            interrupted(() -> silent.dialer().read(ByteBuffer.allocate(1), -1)),
            interrupted(() -> silent.acceptor().read(ByteBuffer.allocate(1), 20 * SECOND)),
            interrupted(() -> writeOnce(ends.dialer(), ByteBuffer.allocate(manyBytes()))),
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

  /** Spins itself: also on a busy machine, another spinning thread gets about as much time. */
  private static void spin(long cpuNanos) {
    var threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + cpuNanos;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Waits with the interrupt flag set; if the interrupt ends the first wait, waits again. */
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
  void aThreadWithItsInterruptFlagSetReadsAndWrites() throws Exception {
    Ends ends = connect();
    Thread.currentThread().interrupt();
    write(ends.dialer(), bytes(1, 2, 3));

    assertThat(readFully(ends.acceptor(), 3)).containsExactly(1, 2, 3);
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
              write(ends.dialer(), ByteBuffer.wrap(sent));
              return Thread.currentThread().isInterrupted();
            });
    writer.awaitIdle().thread().interrupt();

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    assertThat(writer.result()).isTrue();
  }

  @Test
  void aWriteThatTimesOutLeavesTheRestInTheBuffers() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    ByteBuffer rest = ByteBuffer.wrap(sent);
    Background<Boolean> writer =
        inBackground(
            () -> {
              boolean whole = ends.dialer().write(new ByteBuffer[] {rest}, 0, 1, MILLI);
              assertThat(rest.hasRemaining()).isTrue();
              ends.dialer().write(new ByteBuffer[] {rest}, 0, 1);
              return whole;
            });
    writer.awaitIdle();

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    assertThat(writer.result()).isFalse();
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
}
