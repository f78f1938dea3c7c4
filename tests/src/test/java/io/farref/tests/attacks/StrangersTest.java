package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tests.tls.Certificates;
import io.farref.transport.TcpTransport;
import io.farref.wire.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attacks by processes that reach the port and are no members of the group. */
@ExtendWith(NoLeaks.class)
class StrangersTest {
  private final Port port = new Port(new TcpTransport());
  private final List<Socket> sockets = new ArrayList<>();
  private LocalGroup group;

  @AfterEach
  void leave() throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
    group.closeNow();
  }

  /** Lets b call a; returns what b wrote on the connection that it dialed for the call. */
  private Port.Tape callA() {
    assertThat(group.worker("b").peer("a").rpcSync(() -> 1)).isEqualTo(1);
    return port.tapes.stream().filter(StrangersTest::wroteHello).findFirst().orElseThrow();
  }

  private Socket attack(String address) throws IOException {
    Socket socket = Port.attack(address);
    sockets.add(socket);
    return socket;
  }

  /** Calls both workers of the group, over present or new connections. */
  private static void assertServed(LocalGroup served, String... names) {
    for (String each : names) {
      for (String other : names) {
        assertThat(served.worker(each).peer(other).rpcSync(() -> 1)).isEqualTo(1);
      }
    }
  }

  @Test
  void aStrangerThatSendsByteByByteIsDisconnectedAtTheHandshakeTimeout() throws Exception {
    Certificates certificates = new Certificates();
    group = LocalGroup.builder().transport(port).start("a", "b");
    Port encrypted = new Port(new TcpTransport());
    AtomicInteger rank = new AtomicInteger();
    LocalGroup second =
        LocalGroup.builder()
            .transport(encrypted)
            .configure(w -> w.tls(certificates.tls(rank.getAndIncrement() == 0 ? "a" : "b")))
            .start("a", "b");
    try {
      long start = System.nanoTime();
      byte[] frame = {60, 0, 0, 0, Frame.HELLO}; // it announces 60 bytes that will never come
      byte[] record = {22, 3, 3, 2, 0, 1, 0, 1, (byte) 0xFC}; // a ClientHello of half a kilobyte
      for (int i = 0; i < 20; i++) {
        attack(port.addresses.getFirst()).getOutputStream().write(frame);
        attack(encrypted.addresses.getFirst()).getOutputStream().write(record);
      }
      assertServed(group, "a", "b");
      assertServed(second, "a", "b");
      List<Socket> open = new ArrayList<>(sockets);
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                open.removeIf(StrangersTest::isThrownOutAfterAnotherByte);
                return open.isEmpty();
              });
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(5));
      assertServed(group, "a", "b");
      assertServed(second, "a", "b");
    } finally {
      second.closeNow();
    }
  }

  private static boolean isThrownOutAfterAnotherByte(Socket socket) {
    try {
      if (Port.hasHungUp(socket)) {
        return true;
      }
      socket.getOutputStream().write(0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aFloodOfConnectionsDoesNotDisturbPresentOnesAndNewOnesWorkAfterwards() throws Exception {
    Limits few = Limits.DEFAULT.withMaxConnections(20);
    group = LocalGroup.builder().transport(port).configure(w -> w.limits(few)).start("a", "b", "c");
    String a = callA().address;
    for (int i = 0; i < 300; i++) {
      attack(a);
    }
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).isEqualTo(2);
    Awaitility.await().until(() -> Port.hasHungUp(sockets.getLast()));
    for (Socket each : sockets) {
      each.close();
    }
    // c has no connection to a yet. It can connect when a has noticed that the others are closed.
    Awaitility.await().until(() -> isLetIn(a));
    assertThat(group.worker("c").peer("a").rpcSync(() -> 3)).isEqualTo(3);
  }

  /** A connection over the limit is closed at once; any other stays open for the handshake. */
  private boolean isLetIn(String address) throws IOException {
    try (Socket probe = attack(address)) {
      probe.setSoTimeout(300);
      return probe.getInputStream().read() > 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Test
  void aReplayedHandshakeIsRejected() throws Exception {
    group = LocalGroup.builder().transport(port).configure(w -> w.secret("known")).start("a", "b");
    Port.Tape heard = callA();
    Socket socket = attack(heard.address);
    socket.setSoTimeout(15_000);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write(heard.write(0));
    assertThat(frame(in)[0]).isEqualTo(Frame.CHALLENGE);
    socket.getOutputStream().write(heard.write(1));
    byte[] answer = frame(in);
    assertThat(answer[0]).isEqualTo(Frame.REJECT);
    assertThat(new String(answer, StandardCharsets.UTF_8))
        .contains("does not know the group secret");
    assertThat(in.read()).isNegative();
  }

  @Test
  void theAcceptorProvesNothingToADialerThatHasNotProvedItself() throws Exception {
    group = LocalGroup.builder().transport(port).configure(w -> w.secret("known")).start("a", "b");
    Port.Tape heard = callA();
    Socket socket = attack(heard.address);
    socket.setSoTimeout(15_000);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write(heard.write(0));
    int kindVersionAndNonce = 1 + 1 + 16;
    assertThat(frame(in)).as("a challenge without a proof").hasSize(kindVersionAndNonce);
    ByteBuffer proof = ByteBuffer.allocate(4 + 1 + 32).order(ByteOrder.LITTLE_ENDIAN);
    proof.putInt(33).put(Frame.PROOF);
    socket.getOutputStream().write(proof.array());
    assertThat(frame(in)[0]).isEqualTo(Frame.REJECT);
  }

  private static boolean wroteHello(Port.Tape tape) {
    try {
      return tape.write(1)[Frame.KIND_OFFSET] == Frame.PROOF;
    } catch (IndexOutOfBoundsException e) {
      return false; // that dialer only checked whether a worker listens
    }
  }

  private static byte[] frame(DataInputStream in) throws IOException {
    byte[] frame = new byte[Integer.reverseBytes(in.readInt())];
    in.readFully(frame);
    return frame;
  }
}
