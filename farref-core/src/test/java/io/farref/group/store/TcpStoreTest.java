package io.farref.group.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.farref.JoinException;
import io.farref.RefusedException;
import io.farref.bytes.Output;
import io.farref.group.Member;
import io.farref.group.Ports;
import io.farref.group.membership.JoinedWorkers;
import io.farref.group.membership.Membership;
import io.farref.spi.Link;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import io.farref.transport.TcpTransport;
import io.farref.wire.Frame;
import io.farref.wire.Handshake;
import io.farref.wire.PeerAuthentication;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
        .hasMessageContaining("without a secret and without TLS")
        .hasMessageContaining("FARREF_SECRET")
        .hasMessageContaining("FARREF_TLS_CERT");
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
    await()
        .untilAsserted(
            () ->
                assertThat(Stores.refusals(host))
                    .singleElement()
                    .asString()
                    .contains("wrong secret")
                    .contains("127.0.0.1"));
  }

  @Test
  void aMissingSecretIsRefusedAtOnce() throws IOException {
    open(uri, 0, "right", LONG);
    assertThatThrownBy(() -> open(1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "the host of the store has a group secret and the worker that connected has none");
  }

  @Test
  void aHostWithoutTheSecretIsRefusedAtOnce() throws IOException {
    open(0);
    assertThatThrownBy(() -> open(uri, 1, "mine", LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "the host of the store has none: give the same secret to all workers");
  }

  @Test
  void aHostThatCannotProveToKnowTheSecretIsRefused() throws Exception {
    try (ServerSocket impostor = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = impostor.accept()) {
              // Sends the proof back that it gets: a reflection.
              readFrame(socket.getInputStream());
              writeFrame(socket.getOutputStream(), challenge());
              byte[] proof = readFrame(socket.getInputStream());
              byte[] welcome = new byte[proof.length + 1];
              welcome[0] = Frame.WELCOME;
              welcome[1] = (byte) (proof.length - 1);
              System.arraycopy(proof, 1, welcome, 2, proof.length - 1);
              writeFrame(socket.getOutputStream(), welcome);
              socket.getInputStream().read();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      assertThatThrownBy(() -> open(uri, 1, "secret", LONG))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(
              "wrong secret: the host of the store does not know the group secret");
    }
  }

  private static byte[] hello() {
    Output hello = new Output(64);
    hello.writeByte(Frame.HELLO);
    hello.writeInt(0x46_52_52_46);
    hello.writeVarInt(Handshake.VERSION);
    hello.writeVarInt(Handshake.VERSION);
    hello.writeByte(1); // to a store
    hello.writeBytes(new byte[16], 0, 16);
    return hello.toByteArray();
  }

  private static byte[] challenge() {
    Output challenge = new Output(64);
    challenge.writeByte(Frame.CHALLENGE);
    challenge.writeVarInt(Handshake.VERSION);
    challenge.writeBytes(new byte[16], 0, 16);
    return challenge.toByteArray();
  }

  @Test
  void nothingIsServedBeforeTheProof() throws IOException {
    open(uri, 0, "secret", LONG);
    Socket socket = rawSocket();
    writeFrame(socket.getOutputStream(), hello());
    assertThat(readFrame(socket.getInputStream())[0]).isEqualTo(Frame.CHALLENGE);
    Output request = new Output(64);
    request.writeVarLong(1);
    request.writeByte(StoreProtocol.LIST);
    request.writeUtf8("");
    writeFrame(socket.getOutputStream(), request.toByteArray());
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aStrangerThatSaysNothingKeepsNobodyOut() throws IOException {
    Store host = open(uri, 0, "secret", LONG);
    for (int i = 0; i < 100; i++) {
      rawSocket();
    }
    host.put("key", new byte[1]);
    assertThat(open(uri, 1, "secret", LONG).get("key")).isPresent();
  }

  @Test
  void aUserThatDoesNotReadItsAnswersHoldsUpNobodyElse() throws IOException {
    Store host = open(0);
    Link slow = provenLink();
    host.put("key", new byte[StoreProtocol.MAX_VALUE]);
    Output request = request(1, StoreProtocol.GET, "key");
    for (int i = 0; i < 1000; i++) {
      write(slow, request.toByteArray());
    }
    host.put("other", new byte[1]);
    assertThat(open(1).get("other")).isPresent();
  }

  @Test
  void theStoreIsServedWhileFunctionsKeepAllVirtualThreadsBusy() throws Exception {
    Store host = open(0);
    Store user = open(1);
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> busy = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        busy.add(
            Thread.startVirtualThread(
                () -> {
                  while (!stop.get()) {
                    Thread.onSpinWait();
                  }
                }));
      }
      var before = host.list("");
      user.put("key", new byte[1]);
      assertThat(host.await("", before, LONG).entries()).containsOnlyKeys("key");
    } finally {
      stop.set(true);
      for (Thread each : busy) {
        each.join();
      }
    }
  }

  @Test
  void callersThatWaitOnOneConnectionGetEachItsOwnAnswer() throws Exception {
    Store host = open(0);
    Store user = open(1);
    var before = user.list("");
    List<CompletableFuture<Boolean>> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String prefix = "key" + i;
      waits.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return user.await(prefix, before, LONG).entries().containsKey(prefix);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofPlatform().daemon().start(task)));
    }
    for (int i = 7; i >= 0; i--) {
      host.put("key" + i, new byte[1]);
      assertThat(waits.get(i).get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(user.get("key" + i)).isPresent();
    }
  }

  @Test
  void anInterruptEndsTheWaitOfOneCallerAndNotTheConnection() throws Exception {
    open(0);
    Store user = open(1);
    var before = user.list("");
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    user.await("", before, LONG);
                    failure.complete(new AssertionError("something changed"));
                  } catch (IOException e) {
                    failure.complete(e);
                  }
                });
    waiting.interrupt();
    assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
    user.put("key", new byte[1]);
    assertThat(user.get("key")).isPresent();
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
      assertThat(wire.toString(UTF_8)).contains("FRRF").contains("value").doesNotContain(secret);
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
      Link link = provenLink();
      byte[] garbage = new byte[random.nextInt(1, 200)];
      random.nextBytes(garbage);
      Output frame = StoreProtocol.frame();
      frame.writeBytes(garbage, 0, garbage.length);
      frame.setInt(0, garbage.length);
      write(link, frame.toByteArray());
      write(link, garbage);
      link.close();
    }
    assertThat(host.list("impossible").entries()).isEmpty();
  }

  @Test
  void aFrameThatIsTooLargeEndsItsConnection() throws IOException {
    open(0);
    Link link = provenLink();
    write(link, new byte[] {0, 0, 0, 0x7F});
    assertThat(readToEnd(link)).isZero();
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
    Link link = provenLink();
    Output request = request(1, StoreProtocol.PUT_EPHEMERAL, "here");
    StoreProtocol.writeValue(request, new byte[1]);
    request.setInt(0, request.size() - Integer.BYTES);
    write(link, request.toByteArray());
    assertThat(link.read(ByteBuffer.allocate(64), TimeUnit.SECONDS.toNanos(20))).isPositive();
    var before = host.list("");
    assertThat(before.entries()).containsOnlyKeys("here");
    link.close();
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
                    .isInstanceOf(StoreLostException.class)
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
        .ignoreException(StoreLostException.class)
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
    JoinedWorkers group = new JoinedWorkers(uri);
    group.timeout = Duration.ofMillis(500);
    var host = group.worker("a").rank(0).of(3).start();
    JoinedWorkers patient = new JoinedWorkers(uri);
    patient.timeout = Duration.ofMinutes(5);
    var b = patient.worker("b").rank(1).of(3).start();
    assertThat(JoinedWorkers.failure(host)).hasMessageContaining("nothing from rank 2");
    assertThat(JoinedWorkers.failure(b))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("the store was closed while this worker waited in it")
        .hasMessageContaining("a (rank 0, ")
        .hasMessageContaining("nothing from rank 2");
  }

  @Test
  void theHostsMessageSaysWhomTheStoreRefused() throws Exception {
    JoinedWorkers group = new JoinedWorkers(uri);
    group.timeout = Duration.ofSeconds(1);
    JoinedWorkers.Joiner right = group.worker("a").rank(0).of(2);
    right.secret = Optional.of("right");
    var host = right.start();
    JoinedWorkers.Joiner wrong = group.worker("b").rank(1).of(2);
    wrong.secret = Optional.of("wrong");
    assertThat(JoinedWorkers.failure(wrong.start())).isInstanceOf(RefusedException.class);
    assertThat(JoinedWorkers.failure(host))
        .hasMessageContaining("nothing from rank 1")
        .hasMessageContaining("the store: connection with 127.0.0.1:")
        .hasMessageContaining("wrong secret");
  }

  @Test
  void anOpenGroupOutlivesItsStore() {
    JoinedWorkers group = new JoinedWorkers(uri);
    Membership host = JoinedWorkers.get(group.worker("a").start());
    Membership b = JoinedWorkers.get(group.worker("b").start());
    opened.add(b);
    Membership c = JoinedWorkers.get(group.worker("c").start());
    opened.add(c);
    host.close();
    await()
        .untilAsserted(() -> assertThat(b.members()).extracting(Member::name).contains("b", "c"));
    b.remove(host.self());
    b.remove(c.self());
    assertThat(b.members()).containsExactly(b.self());
  }

  private Link provenLink() throws IOException {
    long patience = TimeUnit.SECONDS.toNanos(20);
    Link link = new TcpTransport().connect("127.0.0.1:" + port, patience);
    opened.add(link);
    Handshake.dialStore(link, Optional.empty(), PeerAuthentication.NONE, patience);
    return link;
  }

  private static Output request(long id, int operation, String key) {
    Output request = StoreProtocol.frame();
    request.writeVarLong(id);
    request.writeByte(operation);
    request.writeUtf8(key);
    request.setInt(0, request.size() - Integer.BYTES);
    return request;
  }

  /** Writes as much as fits. */
  private static void write(Link link, byte[] bytes) throws IOException {
    link.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1, 0);
  }

  private static long readToEnd(Link link) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long sum = 0;
    try {
      for (int n; (n = link.read(buffer.clear(), TimeUnit.SECONDS.toNanos(20))) >= 0; ) {
        assertThat(n).as("the end, instead of silence").isPositive();
        sum += n;
      }
    } catch (IOException e) {
      // Reset: it was cut off with unread bytes.
    }
    return sum;
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
    frame.setInt(0, content.length);
    out.write(frame.toByteArray());
  }

  private static byte[] readFrame(InputStream in) throws IOException {
    byte[] length = in.readNBytes(4);
    assertThat(length).as("a frame instead of the end").hasSize(4);
    return in.readNBytes((length[0] & 0xFF) | (length[1] & 0xFF) << 8);
  }
}
