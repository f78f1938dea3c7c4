package io.farref.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.farref.JoinException;
import io.farref.RefusedException;
import io.farref.bytes.Output;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpStoreTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final int port = Ports.free();
  private final String uri = "tcp://127.0.0.1:" + port;
  private final List<AutoCloseable> opened = new ArrayList<>();

  private Store open(String where, Integer rank, String secret, Duration timeout)
      throws IOException {
    Store store =
        new TcpStoreProvider()
            .open(
                URI.create(where),
                new Options(Optional.ofNullable(rank), Optional.ofNullable(secret), timeout));
    opened.add(store);
    return store;
  }

  private Store open(Integer rank) throws IOException {
    return open(uri, rank, null, LONG);
  }

  private Socket rawSocket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    opened.add(socket);
    socket.setSoTimeout(20_000);
    return socket;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  @Test
  void theWorkerOfRankZeroHostsAndOthersWaitUntilItDoes() throws Exception {
    CompletableFuture<Store> other = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            other.complete(open(3));
          } catch (IOException e) {
            other.completeExceptionally(e);
          }
        });
    Store host = open(0);
    host.put("key", new byte[] {7});
    assertThat(other.join().get("key")).hasValue(new byte[] {7});
  }

  @Test
  void aWorkerOfAnotherRankDoesNotHostUnlessTold() throws IOException {
    assertThatThrownBy(() -> open(uri, 1, null, Duration.ofMillis(100)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no store at " + uri)
        .hasMessageContaining(
            "The worker of rank 0 hosts it, or one whose rendezvous ends with ?host=true");
    Store told = open(uri + "?host=true", 1, null, LONG);
    told.put("key", new byte[1]);
    assertThat(open(2).get("key")).isPresent();
  }

  @Test
  void theFirstWorkerWithoutARankHosts() throws IOException {
    Store first = open(null);
    first.put("key", new byte[1]);
    assertThat(open(null).get("key")).isPresent();
    assertThat(open(0).get("key")).isPresent();
  }

  @Test
  void thePortCanBeBoundAgainAtOnce() throws IOException {
    for (int i = 0; i < 20; i++) {
      Store host = open(uri, 0, null, Duration.ZERO);
      Store user = open(1);
      user.put("key", new byte[1]);
      host.close();
      user.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://host", "tcp://:80", "tcp://host:0", "tcp:host:80"})
  void aUriWithoutHostAndPortIsRefused(String wrong) {
    assertThatThrownBy(() -> open(wrong, 0, null, LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tcp://host:port");
  }

  @Test
  void anUnknownParameterIsRefused() {
    assertThatThrownBy(() -> open(uri + "?hots=true", 0, null, LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("?hots=true");
  }

  @Test
  void hostingOnAnythingButLoopbackDemandsASecret() {
    assertThatThrownBy(() -> open("tcp://0.0.0.0:" + port, 0, null, LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("without a secret")
        .hasMessageContaining("FARREF_SECRET");
  }

  @Test
  void withASecretAnyAddressIsHosted() throws IOException {
    Store host = open("tcp://0.0.0.0:" + port, 0, "s", LONG);
    host.put("key", new byte[1]);
    assertThat(open(uri, 1, "s", LONG).get("key")).isPresent();
  }

  @Test
  void anEmptySecretIsNone() {
    assertThatThrownBy(() -> open(uri, 0, "", LONG)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrongSecretIsRefusedAtOnceAndBothSidesSaySo() throws IOException {
    Store host = open(uri, 0, "right", LONG);
    assertThatThrownBy(() -> open(uri, 1, "wrong", LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("wrong secret");
    assertThat(((Remarks) host).remarks())
        .singleElement()
        .asString()
        .contains("wrong secret")
        .contains("127.0.0.1");
  }

  @Test
  void aMissingSecretIsRefusedAtOnce() throws IOException {
    open(uri, 0, "right", LONG);
    assertThatThrownBy(() -> open(1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the group has a secret and this worker has none");
  }

  @Test
  void aHostWithoutTheSecretIsRefusedAtOnce() throws IOException {
    open(0);
    assertThatThrownBy(() -> open(uri, 1, "mine", LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the host of the store has none");
  }

  @Test
  void aHostThatCannotProveToKnowTheSecretIsRefused() throws Exception {
    try (ServerSocket impostor = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = impostor.accept()) {
              // Sends back what it gets, proof and all: a reflection.
              byte[] hello = readFrame(socket.getInputStream());
              writeFrame(socket.getOutputStream(), hello);
              byte[] proof = readFrame(socket.getInputStream());
              Output verdict = new Output(64);
              verdict.writeByte(StoreHandshake.WELCOME);
              verdict.writeBytes(proof, 0, proof.length);
              writeFrame(socket.getOutputStream(), verdict.toByteArray());
              socket.getInputStream().read();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      assertThatThrownBy(() -> open(uri, 1, "secret", LONG))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("does not know this worker's secret");
    }
  }

  @Test
  void aProofIsWorthNothingInAnotherConversation() throws IOException {
    open(uri, 0, "secret", LONG);
    StoreHandshake user = new StoreHandshake(Optional.of("secret"));
    Socket first = rawSocket();
    writeFrame(first.getOutputStream(), user.hello());
    byte[] firstHost = readFrame(first.getInputStream());
    byte[] proof = user.proof(StoreHandshake.Role.USER, user.hello(), firstHost);
    Socket second = rawSocket();
    writeFrame(second.getOutputStream(), user.hello());
    readFrame(second.getInputStream());
    writeFrame(second.getOutputStream(), proof);
    assertThat(readFrame(second.getInputStream())[0]).isEqualTo((byte) StoreHandshake.REFUSED);
    writeFrame(first.getOutputStream(), proof);
    assertThat(readFrame(first.getInputStream())[0]).isEqualTo((byte) StoreHandshake.WELCOME);
  }

  @Test
  void nothingIsServedBeforeTheProof() throws IOException {
    open(uri, 0, "secret", LONG);
    Socket socket = rawSocket();
    writeFrame(socket.getOutputStream(), new StoreHandshake(Optional.of("secret")).hello());
    readFrame(socket.getInputStream());
    Output request = new Output(64);
    request.writeVarLong(1);
    request.writeByte(StoreProtocol.LIST);
    request.writeUtf8("");
    writeFrame(socket.getOutputStream(), request.toByteArray());
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void theSecretIsNeverOnTheWire() throws Exception {
    String secret = "a very recognisable secret";
    Store host = open(uri, 0, secret, LONG);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try {
              Socket user = proxy.accept();
              Socket server = rawSocket();
              Thread.startVirtualThread(() -> copy(server, user, wire));
              copy(user, server, wire);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      Store user = open("tcp://127.0.0.1:" + proxy.getLocalPort(), 1, secret, LONG);
      user.put("key", "value".getBytes(UTF_8));
      assertThat(host.get("key")).isPresent();
      user.close();
    }
    synchronized (wire) {
      assertThat(wire.toString(UTF_8))
          .contains("FARREFST")
          .contains("value")
          .doesNotContain(secret);
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream wire) {
    byte[] buffer = new byte[4096];
    try (from;
        to) {
      while (true) {
        int count = from.getInputStream().read(buffer);
        if (count < 0) {
          return;
        }
        synchronized (wire) {
          wire.write(buffer, 0, count);
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // The other direction ended first.
    }
  }

  @Test
  void garbageCostsItsConnectionOnly() throws IOException {
    Store host = open(uri, 0, "secret", LONG);
    Random random = new Random(42);
    for (int i = 0; i < 50; i++) {
      Socket socket = rawSocket();
      byte[] garbage = new byte[random.nextInt(1, 2000)];
      random.nextBytes(garbage);
      socket.getOutputStream().write(garbage);
      socket.shutdownOutput();
      readToEnd(socket);
    }
    host.put("key", new byte[1]);
    assertThat(open(uri, 1, "secret", LONG).get("key")).isPresent();
  }

  @Test
  void garbageAfterTheHandshakeCostsItsConnectionOnly() throws IOException {
    Store host = open(0);
    Random random = new Random(43);
    for (int i = 0; i < 50; i++) {
      Socket socket = provenSocket();
      byte[] garbage = new byte[random.nextInt(1, 200)];
      random.nextBytes(garbage);
      writeFrame(socket.getOutputStream(), garbage);
      socket.getOutputStream().write(garbage);
      socket.shutdownOutput();
      readToEnd(socket);
    }
    assertThat(host.list("impossible").entries()).isEmpty();
  }

  @Test
  void aFrameThatIsTooLargeEndsItsConnection() throws IOException {
    open(0);
    Socket socket = provenSocket();
    socket.getOutputStream().write(new byte[] {0, 0, 0, 0x7F});
    assertThat(readToEnd(socket)).isZero();
  }

  @Test
  void keysAndValuesThatAreTooLargeAreRefused() throws IOException {
    Store store = open(0);
    assertThatThrownBy(() -> store.put("k".repeat(StoreProtocol.MAX_KEY + 1), new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the limit is 1024");
    assertThatThrownBy(() -> store.put("k", new byte[StoreProtocol.MAX_VALUE + 1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the limit is 65536");
    assertThat(store.list("").entries()).isEmpty();
  }

  @Test
  void whatALostConnectionPutForItsLifetimeGoes() throws IOException {
    Store host = open(0);
    Socket socket = provenSocket();
    Output request = new Output(64);
    request.writeVarLong(1);
    request.writeByte(StoreProtocol.PUT_EPHEMERAL);
    request.writeUtf8("here");
    StoreProtocol.writeValue(request, new byte[1]);
    writeFrame(socket.getOutputStream(), request.toByteArray());
    readFrame(socket.getInputStream());
    var before = host.list("");
    assertThat(before.entries()).containsOnlyKeys("here");
    socket.setSoLinger(true, 0);
    socket.close();
    assertThat(host.await("", before, LONG).entries()).isEmpty();
  }

  @Test
  void aHostThatClosesTellsItsUsers() throws IOException {
    Store host = open(0);
    Store user = open(1);
    user.put("key", new byte[1]);
    host.close();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> user.get("key"))
                    .isInstanceOf(HostLeftException.class)
                    .hasMessageContaining(
                        "the worker that hosted the store at " + uri + " closed it"));
  }

  @Test
  void whoeverPutsForItsLifetimeFindsTheNewHost() throws IOException {
    Store host = open(0);
    Store user = open(1);
    user.putEphemeral("key", new byte[1]);
    host.close();
    Store next = open(0);
    await()
        .ignoreException(HostLeftException.class)
        .until(() -> user.putEphemeral("key", new byte[2]));
    assertThat(next.get("key")).hasValue(new byte[] {0, 0});
  }

  @Test
  void whatIsNoStoreIsSaidToBeNone() throws Exception {
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            while (!other.isClosed()) {
              try (Socket socket = other.accept()) {
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
              } catch (IOException e) {
                return;
              }
            }
          });
      assertThatThrownBy(() -> open(uri, 1, null, Duration.ofMillis(300)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no store at " + uri);
    }
  }

  @Test
  void theWorkersLearnAtOnceThatTheHostGaveUp() {
    Group group = new Group(uri);
    group.timeout = Duration.ofMillis(500);
    var host = group.worker("a").rank(0).of(3).start();
    Group patient = new Group(uri);
    patient.timeout = Duration.ofMinutes(5);
    var b = patient.worker("b").rank(1).of(3).start();
    assertThat(Group.failure(host)).hasMessageContaining("nothing from rank 2");
    assertThat(Group.failure(b))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("the store was closed while this worker waited in it")
        .hasMessageContaining("a (rank 0, ")
        .hasMessageContaining("nothing from rank 2");
  }

  @Test
  void theHostsMessageSaysWhomTheStoreRefused() throws Exception {
    Group group = new Group(uri);
    group.timeout = Duration.ofSeconds(1);
    Group.Joiner right = group.worker("a").rank(0).of(2);
    right.secret = Optional.of("right");
    var host = right.start();
    Group.Joiner wrong = group.worker("b").rank(1).of(2);
    wrong.secret = Optional.of("wrong");
    assertThat(Group.failure(wrong.start())).isInstanceOf(RefusedException.class);
    assertThat(Group.failure(host))
        .hasMessageContaining("nothing from rank 1")
        .hasMessageContaining("the store refused /127.0.0.1:")
        .hasMessageContaining("wrong secret");
  }

  @Test
  void anOpenGroupOutlivesItsStore() {
    Group group = new Group(uri);
    Membership host = Group.get(group.worker("a").start());
    Membership b = Group.get(group.worker("b").start());
    opened.add(b);
    Membership c = Group.get(group.worker("c").start());
    opened.add(c);
    host.close();
    await()
        .untilAsserted(() -> assertThat(b.members()).extracting(Member::name).contains("b", "c"));
    b.remove(host.self());
    b.remove(c.self());
    assertThat(b.members()).containsExactly(b.self());
  }

  private Socket provenSocket() throws IOException {
    Socket socket = rawSocket();
    StoreHandshake user = new StoreHandshake(Optional.empty());
    writeFrame(socket.getOutputStream(), user.hello());
    byte[] host = readFrame(socket.getInputStream());
    writeFrame(socket.getOutputStream(), user.proof(StoreHandshake.Role.USER, user.hello(), host));
    assertThat(readFrame(socket.getInputStream())[0]).isEqualTo((byte) StoreHandshake.WELCOME);
    return socket;
  }

  private static long readToEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // Reset: it was cut off with unread bytes.
      return 0;
    }
  }

  private static void writeFrame(OutputStream out, byte[] content) throws IOException {
    Output frame = StoreProtocol.frame();
    frame.writeBytes(content, 0, content.length);
    out.write(StoreProtocol.seal(frame));
  }

  private static byte[] readFrame(InputStream in) throws IOException {
    byte[] length = in.readNBytes(4);
    assertThat(length).as("a frame instead of the end").hasSize(4);
    return in.readNBytes((length[0] & 0xFF) | (length[1] & 0xFF) << 8);
  }
}
