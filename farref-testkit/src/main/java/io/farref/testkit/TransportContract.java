package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The contract of {@link Transport} and its links, as tests. Extend it in the tests of your
 * transport:
 *
 * <pre>{@code
 * class MyTransportTest extends TransportContract {
 *   @Override protected Transport transport() { return new MyTransport(); }
 *   @Override protected String listenAddress() { return "127.0.0.1:0"; }
 *   @Override protected String deafAddress() { return "127.0.0.1:1"; }
 * }
 * }</pre>
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class TransportContract extends LinkWaitContract {
  /** For subclasses. */
  protected TransportContract() {}

  // The end of a connection.

  @Test
  void theOtherSideReadsAllBytesThatWereWrittenBeforeClose() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.dialer(), ByteBuffer.wrap(sent));
    ends.dialer().close();

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), -1)).isEqualTo(-1);
    assertThat(ends.acceptor().read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
  }

  @Test
  void bytesArriveAlsoIfTheWriterClosesWithUnreadInput() throws Exception {
    Ends ends = connect();
    byte[] sent = random(fewBytes());
    write(ends.acceptor(), ByteBuffer.wrap(random(fewBytes())));
    write(ends.dialer(), ByteBuffer.wrap(sent));
    ends.dialer().close();

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
  }

  @Test
  void closeOnTheOtherSideEndsAWaitingReadWithTheEndOfTheStream() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor(), -1);
    reader.awaitIdle();
    ends.dialer().close();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @Test
  void closeOnThisSideEndsAWaitingRead() throws Exception {
    Ends ends = connect();
    Background<Integer> reader = reading(ends.acceptor(), -1);
    reader.awaitIdle();
    ends.acceptor().close();

    assertThatThrownBy(reader::result).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closeOnThisSideEndsAWaitingWrite() throws Exception {
    Ends ends = connect();
    Background<?> writer = writing(ends.dialer(), ByteBuffer.allocate(manyBytes()));
    writer.awaitIdle();
    ends.dialer().close();

    assertThatThrownBy(writer::result).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closeOnTheOtherSideEndsAWaitingWrite() throws Exception {
    Ends ends = connect();
    Background<?> writer = writing(ends.dialer(), ByteBuffer.allocate(manyBytes()));
    writer.awaitIdle();
    ends.acceptor().close();

    assertThatThrownBy(writer::result)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ClosedChannelException.class)
        .hasMessageMatching(".*\\w.*");
  }

  @Test
  void writingToAClosedSideFailsEventually() throws Exception {
    Ends ends = connect();
    ends.acceptor().close();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) {
                write(ends.dialer(), ByteBuffer.allocate(1 << 16));
              }
            })
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aClosedLinkRefusesToReadAndWrite() throws Exception {
    Ends ends = connect();
    write(ends.acceptor(), bytes(1));
    ends.dialer().close();
    ends.dialer().close();
    ends.dialer().wakeup();

    for (long nanos : new long[] {-1, 0, MILLI}) {
      assertThatThrownBy(() -> ends.dialer().read(ByteBuffer.allocate(1), nanos))
          .isInstanceOf(ClosedChannelException.class);
    }
    assertThatThrownBy(() -> write(ends.dialer(), bytes(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void manyThreadsMayCloseWhileOthersReadAndWrite() throws Exception {
    for (int i = 0; i < 30; i++) {
      Ends ends = connect();
      Background<Integer> reader = reading(ends.dialer(), -1);
      Background<?> writer = writing(ends.dialer(), ByteBuffer.allocate(manyBytes()));
      List<Background<?>> closers = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        closers.add(
            inBackground(
                () -> {
                  ends.dialer().close();
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
  void connectingWithoutAListenerFailsAndNamesTheAddress() throws Exception {
    String deaf = deafAddress();
    long start = System.nanoTime();

    assertThatThrownBy(() -> subject().connect(deaf, 20 * SECOND))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(deaf);
    assertThat(System.nanoTime() - start).isLessThan(20 * SECOND);
  }

  @Test
  void closingAListenerEndsAcceptAndLeavesConnectionsOpen() throws Exception {
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
  void aLinkNamesTheAddressOfTheOtherSide() throws Exception {
    Ends ends = connect();

    assertThat(ends.dialer().remoteAddress()).isNotBlank();
    assertThat(ends.acceptor().remoteAddress()).isNotBlank();
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
              .start(() -> received[index] = uncheckedReadFully(ends.acceptor(), 1)[0]));
    }
    for (int i = count - 1; i >= 0; i--) {
      int index = i;
      Thread writer =
          Thread.ofVirtual().start(() -> uncheckedWrite(all.get(index).dialer(), bytes(index)));
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      assertThat(readers.get(index).join(Duration.ofSeconds(10))).isTrue();
      assertThat(received[index]).isEqualTo((byte) index);
    }
  }
}
