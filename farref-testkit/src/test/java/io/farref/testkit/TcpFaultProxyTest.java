package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.testkit.TcpFaultProxy.Direction;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class TcpFaultProxyTest {
  /** How long a silence must last to be one: no message on loopback takes so long. */
  private static final int SILENCE_MILLIS = 100;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private TcpFaultProxy proxy;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    opened.add(server);
    Background.run(
        () -> {
          while (!server.isClosed()) {
            accepted.add(server.accept());
          }
          return null;
        });
    proxy = TcpFaultProxy.before("127.0.0.1:" + server.getLocalPort(), 7);
    opened.add(proxy);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  /** Both ends of a connection through the proxy. */
  private record Ends(Socket dialer, Socket target) {
    void say(String text) throws IOException {
      dialer.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    void answer(String text) throws IOException {
      target.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  private Socket dial() throws IOException {
    int port = Integer.parseInt(proxy.address().substring("127.0.0.1:".length()));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    opened.add(socket);
    return socket;
  }

  private Ends connect() throws Exception {
    Socket dialer = dial();
    Socket target = accepted.poll(20, TimeUnit.SECONDS);
    assertThat(target).isNotNull();
    opened.add(target);
    return new Ends(dialer, target);
  }

  private static String hear(Socket at, int length) throws IOException {
    at.setSoTimeout(20_000);
    byte[] bytes = new byte[length];
    new DataInputStream(at.getInputStream()).readFully(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static void assertSilent(Socket at) throws IOException {
    at.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
  }

  private static void assertReset(Socket at) throws IOException {
    at.setSoTimeout(20_000);
    assertThatThrownBy(() -> at.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bytesPassInBothDirections() throws Exception {
    Ends ends = connect();
    byte[] large = bytes(5 << 20);
    Background<Void> writing =
        Background.run(
            () -> {
              ends.dialer().getOutputStream().write(large);
              ends.dialer().shutdownOutput();
              return null;
            });
    assertThat(ends.target().getInputStream().readAllBytes()).isEqualTo(large);
    writing.result();
    ends.answer("thanks");
    assertThat(hear(ends.dialer(), 6)).isEqualTo("thanks");
    assertThat(proxy.forwarded(Direction.TO_TARGET)).isEqualTo(large.length);
    assertThat(proxy.forwarded(Direction.TO_DIALER)).isEqualTo(6);
    ends.target().close();
    assertThat(ends.dialer().getInputStream().read()).isNegative();
    assertThat(proxy.accepted()).isEqualTo(1);
    while (proxy.connections() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aResetReachesBothSides() throws Exception {
    Ends ends = connect();
    ends.say("x");
    assertThat(hear(ends.target(), 1)).isEqualTo("x");
    proxy.reset();
    assertReset(ends.dialer());
    assertReset(ends.target());
    assertThat(proxy.connections()).isZero();
  }

  @Test
  void hangingUpEndsBothStreamsInOrder() throws Exception {
    Ends ends = connect();
    proxy.hangUp();
    assertThat(ends.dialer().getInputStream().read()).isNegative();
    assertThat(ends.target().getInputStream().read()).isNegative();
  }

  @Test
  void halfOpenMeansSilenceInOneDirectionOnly() throws Exception {
    Ends ends = connect();
    proxy.hold(Direction.TO_DIALER);
    ends.say("ask");
    assertThat(hear(ends.target(), 3)).isEqualTo("ask");
    ends.answer("answer");
    assertSilent(ends.dialer());
    proxy.release();
    assertThat(hear(ends.dialer(), 6)).isEqualTo("answer");
  }

  @Test
  void aHeldConnectionStaysOpenAndContinuesWhenReleased() throws Exception {
    proxy.hold();
    Ends ends = connect();
    ends.say("a");
    ends.answer("b");
    assertSilent(ends.target());
    assertSilent(ends.dialer());
    proxy.release();
    assertThat(hear(ends.target(), 1)).isEqualTo("a");
    assertThat(hear(ends.dialer(), 1)).isEqualTo("b");
  }

  @Test
  void aFrozenProxyThawsByItself() throws Exception {
    Ends ends = connect();
    proxy.freeze(Duration.ofMillis(2 * SILENCE_MILLIS));
    ends.say("a");
    assertSilent(ends.target());
    assertThat(hear(ends.target(), 1)).isEqualTo("a");
  }

  @Test
  void aBlackholeAcceptsConnectionsAndDeliversNothing() throws Exception {
    Ends before = connect();
    proxy.blackhole();
    before.say("lost");
    Socket after = dial();
    after.getOutputStream().write(bytes(100_000));
    assertSilent(before.target());
    assertSilent(after);
    assertThat(accepted).isEmpty();
    proxy.heal();
    assertReset(before.dialer());
    assertReset(after);
    Ends healed = connect();
    healed.say("a");
    assertThat(hear(healed.target(), 1)).isEqualTo("a");
  }

  @Test
  void aRefusedDialerFailsAtOnceAndConnectionsStay() throws Exception {
    Ends ends = connect();
    proxy.refuse();
    assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
    ends.say("a");
    assertThat(hear(ends.target(), 1)).isEqualTo("a");
    proxy.admit();
    connect();
  }

  @Test
  void anOutageResetsAndRefusesConnectionsAndEnds() throws Exception {
    Ends ends = connect();
    proxy.outage(Duration.ofMillis(SILENCE_MILLIS));
    assertReset(ends.dialer());
    Socket again = null;
    int refused = 0;
    while (again == null) {
      try {
        again = dial();
      } catch (ConnectException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aCutIsExactToTheByte() throws Exception {
    for (int position : new int[] {1, 17, 1_000}) {
      proxy.cutAfter(Direction.TO_TARGET, position);
      Ends ends = connect();
      byte[] sent = bytes(2_000);
      ends.dialer().getOutputStream().write(sent);
      byte[] got = new byte[position];
      new DataInputStream(ends.target().getInputStream()).readFully(got);
      assertThat(got).isEqualTo(java.util.Arrays.copyOf(sent, position));
      assertReset(ends.target());
      assertReset(ends.dialer());
    }
    Ends later = connect();
    later.dialer().getOutputStream().write(bytes(5_000));
    assertThat(later.target().getInputStream().readNBytes(5_000)).isEqualTo(bytes(5_000));
  }

  @Test
  void aCutCanCountTheBytesOfTheAnswers() throws Exception {
    Ends ends = connect();
    proxy.cutAfter(Direction.TO_DIALER, 2);
    ends.say("question");
    assertThat(hear(ends.target(), 8)).isEqualTo("question");
    ends.answer("abc");
    assertThat(hear(ends.dialer(), 2)).isEqualTo("ab");
    assertReset(ends.dialer());
  }

  @Test
  void delayedBytesAreLateAndInOrder() throws Exception {
    Ends ends = connect();
    proxy.delay(Duration.ofMillis(SILENCE_MILLIS));
    long start = System.nanoTime();
    ends.say("a");
    ends.say("b");
    assertThat(hear(ends.target(), 2)).isEqualTo("ab");
    assertThat(System.nanoTime() - start)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS));
  }

  @Test
  void connectionsWithDifferentDelaysOvertakeEachOtherInAnOrderSetByTheSeed() throws Exception {
    List<Integer> order = arrivals();
    assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3).isNotEqualTo(List.of(0, 1, 2, 3));
    proxy.close();
    proxy = TcpFaultProxy.before("127.0.0.1:" + server.getLocalPort(), 7);
    opened.add(proxy);
    assertThat(arrivals()).isEqualTo(order);
  }

  /** In which order messages arrive that were sent on four connections, one after another. */
  private List<Integer> arrivals() throws Exception {
    proxy.delay(Duration.ZERO, Duration.ofMillis(400));
    List<Ends> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(connect());
    }
    BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    List<Background<Void>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int number = i;
      readers.add(
          Background.run(
              () -> {
                hear(all.get(number).target(), 1);
                heard.add(number);
                return null;
              }));
    }
    for (Ends each : all) {
      each.say("x");
    }
    for (Background<Void> each : readers) {
      each.result();
    }
    return List.copyOf(heard);
  }

  @Test
  void theBandwidthIsNotExceeded() throws Exception {
    proxy.bandwidth(100_000);
    Ends ends = connect();
    long start = System.nanoTime();
    ends.dialer().getOutputStream().write(bytes(30_000));
    ends.target().getInputStream().readNBytes(30_000);
    assertThat(System.nanoTime() - start)
        .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(250)); // 300 less the first burst
  }

  @Test
  void aLostPieceDelaysAllBytesBehindIt() throws Exception {
    Ends ends = connect();
    proxy.stalls(1, Duration.ofMillis(2 * SILENCE_MILLIS));
    ends.say("a");
    assertSilent(ends.target());
    proxy.stalls(0, Duration.ZERO);
    ends.say("b");
    assertThat(hear(ends.target(), 2)).isEqualTo("ab");
  }

  @Test
  void scheduledFaultsRunByThemselves() throws Exception {
    Ends ends = connect();
    proxy.after(Duration.ofMillis(20), each -> each.hold(Direction.TO_TARGET));
    proxy.after(Duration.ofMillis(20), TcpFaultProxy::reset);
    assertReset(ends.dialer());
    Ends next = connect();
    next.say("x");
    assertSilent(next.target());
  }

  @Test
  void aConnectionIsResetIfNothingListensBehindTheProxy() throws Exception {
    try (Socket owner = new Socket()) { // has the port, so that no other process gets it
      owner.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      proxy.close();
      proxy = TcpFaultProxy.before("127.0.0.1:" + owner.getLocalPort());
      opened.add(proxy);
      assertReset(dial());
    }
  }

  @Test
  void aClosedProxyLeavesNothing() throws Exception {
    Ends ends = connect();
    proxy.close();
    assertReset(ends.dialer());
    assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
    assertThatThrownBy(proxy::reset).isInstanceOf(IllegalStateException.class);
    proxy.close();
  }
}
