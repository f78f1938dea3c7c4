package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class FaultyNetworkTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  /** The transport below the network. */
  enum Below {
    PIPES,
    TCP
  }

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Transport transport;
  private final FaultyNetwork net;
  private final Transport a;
  private final Transport.Listener listenerOfB;

  FaultyNetworkTest(Below below) throws IOException {
    transport =
        switch (below) {
          case PIPES -> new InProcessTransport();
          case TCP -> new TcpTransport();
        };
    net = FaultyNetwork.over(transport);
    a = net.at("a");
    listenerOfB = net.at("b").listen("127.0.0.1:0");
    opened.add(listenerOfB);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  /** A connection from a to b. */
  private record Ends(Link atA, Link atB) {}

  private Ends connect() throws Exception {
    return connect(a);
  }

  private Ends connect(Transport from) throws Exception {
    Background<Link> accepted = Background.run(listenerOfB::accept);
    Link dialer = from.connect(listenerOfB.address(), LONG);
    Link acceptor = accepted.result();
    opened.add(dialer);
    opened.add(acceptor);
    return new Ends(dialer, acceptor);
  }

  @Test
  void heldBytesAreNotReadBeforeTheirRelease() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    write(ends.atA, 1, 2, 3);

    assertThat(readWithin(ends.atB, 0)).isEmpty();
    assertThat(readWithin(ends.atB, 5_000_000)).isEmpty();
    assertThat(net.path("a", "b").underWay()).isEqualTo(3);
    net.path("a", "b").release();
    assertThat(readFully(ends.atB, 3)).containsExactly(1, 2, 3);
    assertThat(net.path("a", "b").underWay()).isZero();
  }

  @Test
  void aReaderThatWaitsDoesNotGetBytesWrittenAfterHold() throws Exception {
    Ends ends = connect();
    Background<byte[]> reader = Background.run(() -> readFully(ends.atB, 1));
    reader.awaitIdle();
    net.path("a", "b").hold();
    write(ends.atA, 1);
    reader.awaitIdle();

    assertThat(reader.isDone()).isFalse();
    net.path("a", "b").release();
    assertThat(reader.result()).containsExactly(1);
  }

  @Test
  void aWaitingReaderGetsReleasedBytes() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    write(ends.atA, 7);
    Background<byte[]> reader = Background.run(() -> readFully(ends.atB, 1));
    reader.awaitIdle();
    net.path("a", "b").release();

    assertThat(reader.result()).containsExactly(7);
  }

  @Test
  void theOtherDirectionStaysOpenWhileOneIsHeld() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    write(ends.atB, 5);

    assertThat(readFully(ends.atA, 1)).containsExactly(5);
  }

  @Test
  void bytesAreReleasedByCount() throws Exception {
    Ends ends = connect();
    FaultyFlow flow = net.path("a", "b").connections().getFirst().forth();
    flow.hold();
    write(ends.atA, 1, 2, 3, 4, 5);
    flow.release(2);

    assertThat(readFully(ends.atB, 2)).containsExactly(1, 2);
    assertThat(readWithin(ends.atB, 0)).isEmpty();
    flow.release(1);
    assertThat(readFully(ends.atB, 1)).containsExactly(3);
    assertThat(flow.delivered()).isEqualTo(3);
    assertThat(flow.written()).isEqualTo(5);
  }

  @Test
  void holdAppliesToConnectionsMadeLater() throws Exception {
    net.between("a", "b").hold();
    Ends ends = connect();
    write(ends.atA, 1);
    write(ends.atB, 2);

    assertThat(readWithin(ends.atB, 0)).isEmpty();
    assertThat(readWithin(ends.atA, 0)).isEmpty();
    net.between("a", "b").release();
    assertThat(readFully(ends.atB, 1)).containsExactly(1);
    assertThat(readFully(ends.atA, 1)).containsExactly(2);
  }

  @Test
  void holdDoesNotAffectOtherWorkers() throws Exception {
    net.around("c").hold();
    Ends ends = connect();
    Ends other = connect(net.at("c"));
    write(ends.atA, 1);
    write(other.atA, 2);

    assertThat(readFully(ends.atB, 1)).containsExactly(1);
    assertThat(readWithin(other.atB, 0)).isEmpty();
  }

  @Test
  void theEndOfTheStreamIsHeldToo() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    write(ends.atA, 1);
    ends.atA.close();

    assertThat(readWithin(ends.atB, 5_000_000)).isEmpty();
    net.path("a", "b").release();
    assertThat(readFully(ends.atB, 1)).containsExactly(1);
    assertThat(ends.atB.read(ByteBuffer.allocate(1), LONG)).isEqualTo(-1);
  }

  @Test
  void aWriterDoesNotSeeThatAHeldSideHasClosed() throws Exception {
    Ends ends = connect();
    net.between("a", "b").hold();
    ends.atB.close();
    Background<?> writer =
        Background.run(
            () -> {
              while (true) {
                write(ends.atA, new byte[1 << 16]);
              }
            });
    writer.awaitIdle();

    assertThat(writer.isDone()).isFalse();
    net.between("a", "b").release();
    assertThatThrownBy(writer::result).isInstanceOf(IOException.class);
  }

  @Test
  void cutIsSeenByReadersAndWritersOfBothSides() throws Exception {
    Ends ends = connect();
    write(ends.atA, 1);
    Background<byte[]> waiting = Background.run(() -> readFully(ends.atA, 1));
    waiting.awaitIdle();
    net.between("a", "b").cut();

    for (ThrowingRead use :
        List.<ThrowingRead>of(
            waiting::result, () -> readFully(ends.atB, 1), () -> writeOne(ends.atA))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(ClosedChannelException.class)
          .hasMessageContaining("cut the connection from a to b");
    }
  }

  @Test
  void cutIsSeenByAReaderWhoseFlowIsHeld() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    Background<byte[]> waiting = Background.run(() -> readFully(ends.atB, 1));
    waiting.awaitIdle();
    net.path("a", "b").connections().getFirst().cut();

    assertThatThrownBy(waiting::result).hasMessageContaining("cut");
  }

  @Test
  void connectionsAreListedInTheOrderTheyWereMade() throws Exception {
    connect();
    Ends second = connect();
    connect(net.at("c"));
    net.path("a", "b").connections().get(1).back().hold();
    write(second.atB, 1);

    assertThat(readWithin(second.atA, 0)).isEmpty();
    assertThat(net.path("a", "b").connections()).hasSize(2);
    assertThat(net.around("b").connections())
        .extracting(FaultyConnection::dialer)
        .containsExactly("a", "a", "c");
    assertThat(net.path("b", "a").connections()).isEmpty();
  }

  @Test
  void refusedAndSilencedConnectsFailUntilAdmitted() throws Exception {
    net.path("a", "b").refuse();
    assertThatThrownBy(() -> a.connect(listenerOfB.address(), LONG))
        .isInstanceOf(ConnectException.class);
    net.path("a", "b").silence();
    assertThatThrownBy(() -> a.connect(listenerOfB.address(), 5_000_000))
        .isInstanceOf(SocketTimeoutException.class);
    Background<Link> later = Background.run(() -> a.connect(listenerOfB.address(), -1));
    later.awaitIdle();
    assertThat(later.isDone()).isFalse();
    net.around("a").admit();

    opened.add(later.result());
    connect();
  }

  @Test
  void piecesAreNoLargerThanOrdered() throws Exception {
    net.everywhere().inPiecesOf(2);
    Ends ends = connect();
    write(ends.atA, 1, 2, 3, 4, 5);

    ByteBuffer dst = ByteBuffer.allocate(5);
    while (dst.hasRemaining()) {
      assertThat(ends.atB.read(dst, LONG)).isBetween(1, 2);
    }
    assertThat(dst.array()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void delayedBytesArriveWhenTheStoppedTimeHasMovedOn() throws Exception {
    net.stopTime();
    net.path("a", "b").delay(1, Duration.ofSeconds(10), Duration.ofSeconds(10));
    Ends ends = connect();
    write(ends.atA, 1, 2);
    net.advance(Duration.ofSeconds(4));
    write(ends.atA, 3);

    net.advance(Duration.ofSeconds(5));
    assertThat(readWithin(ends.atB, 0)).isEmpty();
    Background<byte[]> first = Background.run(() -> readFully(ends.atB, 2));
    first.awaitIdle();
    net.advance(Duration.ofSeconds(1));
    assertThat(first.result()).containsExactly(1, 2);
    assertThat(readWithin(ends.atB, 0)).isEmpty();
    net.advance(Duration.ofSeconds(4));
    assertThat(readFully(ends.atB, 1)).containsExactly(3);
  }

  @Test
  void delaysOfOneSeedAreAlwaysTheSame() throws Exception {
    assertThat(arrivals(7)).isEqualTo(arrivals(7)).isNotEqualTo(arrivals(8));
  }

  /** How many bytes have arrived after each of 20 steps of the clock. */
  private List<Long> arrivals(long seed) throws Exception {
    net.stopTime();
    net.everywhere().delay(seed, Duration.ZERO, Duration.ofMillis(100));
    Ends ends = connect();
    List<Long> arrivals = new ArrayList<>();
    FaultyFlow flow = net.path("a", "b").connections().getLast().forth();
    for (int step = 0; step < 20; step++) {
      write(ends.atA, step);
      net.advance(Duration.ofMillis(10));
      readAllowed(ends.atB, flow);
      arrivals.add(flow.delivered());
    }
    return arrivals;
  }

  /** Reads all bytes that may be read now; over TCP these may still have to arrive. */
  private static void readAllowed(Link link, FaultyFlow flow) throws IOException {
    while (flow.due() > 0) {
      link.read(ByteBuffer.allocate(100), LONG);
    }
  }

  @Test
  void closingAHeldLinkEndsItsOwnReader() throws Exception {
    Ends ends = connect();
    net.path("a", "b").hold();
    Background<byte[]> waiting = Background.run(() -> readFully(ends.atB, 1));
    waiting.awaitIdle();
    ends.atB.close();

    assertThatThrownBy(waiting::result).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aConnectionFromOutsideTheNetworkIsNotAccepted() throws Exception {
    Link outside = transport.connect(listenerOfB.address(), LONG);
    opened.add(outside);
    outside.write(new ByteBuffer[] {ByteBuffer.allocate(8).putLong(99).flip()}, 0, 1);
    Ends ends = connect();
    write(ends.atA, 1);

    assertThat(readFully(ends.atB, 1)).containsExactly(1);
  }

  /** An action that should fail. */
  private interface ThrowingRead {
    Object run() throws Exception;
  }

  private static Object writeOne(Link link) throws IOException {
    write(link, 1);
    return link;
  }

  private static void write(Link link, int... values) throws IOException {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    write(link, bytes);
  }

  private static void write(Link link, byte[] bytes) throws IOException {
    link.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1);
  }

  private static byte[] readWithin(Link link, long nanos) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(100);
    int count = link.read(dst, nanos);
    assertThat(count).isEqualTo(dst.position());
    byte[] read = new byte[count];
    dst.flip().get(read);
    return read;
  }

  private static byte[] readFully(Link link, int count) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(count);
    while (dst.hasRemaining()) {
      if (link.read(dst, LONG) < 0) {
        throw new IOException("the stream ended");
      }
    }
    return dst.array();
  }
}
