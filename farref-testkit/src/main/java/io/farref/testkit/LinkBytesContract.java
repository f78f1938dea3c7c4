package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The part of {@link TransportContract} about bytes and timeouts. */
abstract class LinkBytesContract extends TransportContractBed {
  // Bytes.

  @Test
  void bytesArriveInOrderBothWays() throws Exception {
    Ends ends = connect();
    write(ends.dialer(), bytes(1, 2, 3));
    write(ends.dialer(), bytes(4));
    write(ends.acceptor(), bytes(5, 6));

    assertThat(readFully(ends.acceptor(), 4)).containsExactly(1, 2, 3, 4);
    assertThat(readFully(ends.dialer(), 2)).containsExactly(5, 6);
  }

  @Test
  void theAcceptorMayWriteFirst() throws Exception {
    Ends ends = connect();
    write(ends.acceptor(), bytes(9));

    assertThat(readFully(ends.dialer(), 1)).containsExactly(9);
  }

  @Test
  void aBufferWithOneByteLeftIsReadByteByByte() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.dialer(), ByteBuffer.wrap(sent));

    byte[] received = new byte[sent.length];
    for (int i = 0; i < received.length; i++) {
      received[i] = readFully(ends.acceptor(), 1)[0];
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void aReadChangesOnlyTheBytesBetweenPositionAndLimit() throws Exception {
    Ends ends = connect();
    write(ends.dialer(), bytes(1, 2, 3, 4, 5));

    ByteBuffer dst = ByteBuffer.allocate(10).position(3).limit(6);
    while (dst.hasRemaining()) {
      int before = dst.position();
      int count = ends.acceptor().read(dst, 10 * SECOND);
      assertThat(count).isPositive();
      assertThat(dst.position()).isEqualTo(before + count);
    }
    assertThat(dst.limit()).isEqualTo(6);
    assertThat(dst.array()).containsExactly(0, 0, 0, 1, 2, 3, 0, 0, 0, 0);
    assertThat(readFully(ends.acceptor(), 2)).containsExactly(4, 5);
  }

  @Test
  void aReadIntoAFullBufferIsRefused() throws Exception {
    Ends ends = connect();
    write(ends.dialer(), bytes(1));

    assertThatThrownBy(() -> ends.acceptor().read(ByteBuffer.allocate(0), SECOND))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWriteGathersHeapDirectEmptyAndReadOnlyBuffersInOrder() throws Exception {
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
              ends.dialer().write(srcs, 1, srcs.length - 2);
              return null;
            });

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    writer.result();
    for (int i = 1; i < srcs.length - 1; i++) {
      assertThat(srcs[i].hasRemaining()).as("buffer %d", i).isFalse();
    }
    assertThat(srcs[0].remaining()).isEqualTo(1);
    assertThat(srcs[srcs.length - 1].remaining()).isEqualTo(1);
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 0)).isZero();
  }

  @Test
  void aWriteTakesMoreBuffersThanOneSystemCall() throws Exception {
    Ends ends = connect();
    byte[] sent = random(5000);
    ByteBuffer[] srcs = new ByteBuffer[sent.length];
    for (int i = 0; i < srcs.length; i++) {
      srcs[i] = ByteBuffer.wrap(sent, i, 1);
    }
    Background<?> writer =
        inBackground(
            () -> {
              ends.dialer().write(srcs, 0, srcs.length);
              return null;
            });

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    writer.result();
  }

  @Test
  void aWriteOfNothingDoesNothing() throws Exception {
    Ends ends = connect();
    ends.dialer().write(new ByteBuffer[0], 0, 0);
    ends.dialer().write(new ByteBuffer[] {bytes(1)}, 1, 0);
    write(ends.dialer(), ByteBuffer.allocate(0));

    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 5 * MILLI)).isZero();
  }

  @Test
  void aWriteOfARangeOutsideItsArrayIsRefused() throws Exception {
    Ends ends = connect();

    assertThatThrownBy(() -> ends.dialer().write(new ByteBuffer[] {bytes(1)}, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aWriterWaitsForASlowReaderAndLosesNothing() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    Background<?> writer = writing(ends.dialer(), ByteBuffer.wrap(sent));
    writer.awaitIdle();
    assertThat(writer.isDone()).as("written without a reader").isFalse();

    byte[] received = readFully(ends.acceptor(), sent.length);
    writer.result();
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void manyBytesGoBothWaysAtTheSameTime() throws Exception {
    Ends ends = connect();
    byte[] there = random(manyBytes());
    byte[] back = random(manyBytes() - 1);
    Background<?> first = writing(ends.dialer(), ByteBuffer.wrap(there));
    Background<?> second = writing(ends.acceptor(), direct(back, 0, back.length));
    Background<byte[]> other = inBackground(() -> readFully(ends.dialer(), back.length));

    assertThat(readFully(ends.acceptor(), there.length)).isEqualTo(there);
    assertThat(other.result()).isEqualTo(back);
    first.result();
    second.result();
  }

  // Timeouts.

  @Test
  void aReadWithTimeoutZeroReturnsTheBytesThatAreThereOrNone() throws Exception {
    Ends ends = connect();
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 0)).isZero();
    write(ends.dialer(), bytes(1, 2));
    assertThat(readFully(ends.acceptor(), 1)).containsExactly(1);
  }

  @Test
  void aReadEndsAtItsTimeoutAndNotBefore() throws Exception {
    Ends ends = connect();
    for (long nanos : new long[] {1, 200_000, 3 * MILLI, 30 * MILLI}) {
      long start = System.nanoTime();
      assertThat(ends.acceptor().read(ByteBuffer.allocate(1), nanos)).isZero();
      assertThat(System.nanoTime() - start).isBetween(nanos, nanos + 10 * SECOND);
    }
  }

  @Test
  void aWriteThatTimesOutIsContinuedByTheNext() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    int third = sent.length / 3;
    ByteBuffer[] srcs = {
      ByteBuffer.wrap(sent, 0, third),
      direct(sent, third, third),
      ByteBuffer.wrap(sent, 2 * third, sent.length - 2 * third)
    };
    Background<?> writer =
        inBackground(
            () -> {
              long nanos = 0;
              while (!ends.dialer().write(srcs, 0, srcs.length, nanos)) {
                nanos = nanos == 0 ? 1 : nanos == 1 ? 100_000 : 0;
              }
              return null;
            });

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    writer.result();
    assertThat(srcs).noneMatch(ByteBuffer::hasRemaining);
    write(ends.dialer(), bytes(7));
    assertThat(readFully(ends.acceptor(), 1)).containsExactly(7);
  }

  @Test
  void aReadWithATimeoutEndsWithTheFirstByte() throws Exception {
    Ends ends = connect();
    Background<byte[]> reader =
        inBackground(
            () -> {
              ByteBuffer dst = ByteBuffer.allocate(1);
              assertThat(ends.acceptor().read(dst, 50 * SECOND)).isEqualTo(1);
              return dst.array();
            });
    reader.awaitIdle();
    write(ends.dialer(), bytes(3));

    assertThat(reader.result()).containsExactly(3);
  }
}
