package io.farref.group.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.group.Ports;
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
import java.io.OutputStream;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hosted store and its users at the level of links: strangers, malformed input, slow readers. */
class StoreHostTest {
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

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
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
  void theEphemeralKeysOfALostConnectionAreRemoved() throws IOException {
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
  void aUserThatFillsTheStoreGetsAnErrorAndTheOthersGoOn() throws IOException {
    Store host = open(0);
    Store flood = open(1);
    byte[] value = new byte[StoreProtocol.MAX_VALUE];
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                flood.put("flood/" + i, value);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("key 'flood/", "the limit for one worker is 4194304");
    assertThat(flood.get("flood/0")).as("it is still served").isPresent();
    host.put("key", value);
    assertThat(flood.get("key")).isPresent();
    assertThatThrownBy(() -> flood.list("flood/"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("'flood/'", "the limit is 1048576 bytes");
  }

  @Test
  void aUserThatSetsManySmallKeysGetsAnErrorToo() throws IOException {
    Store host = open(0);
    Store flood = open(1);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                if (i % 2 == 0) {
                  flood.putEphemeral("flood/" + i, new byte[0]);
                } else {
                  flood.add("flood/" + i, 1);
                }
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the limit for one worker is 4194304");
    assertThat(host.putEphemeral("key", new byte[1])).isTrue();
  }

  @Test
  void usersThatComeFillTheStoreAndGoDoNotFillItForOthers() throws IOException {
    Store host = open(0);
    host.put("key", new byte[1]);
    byte[] value = new byte[StoreProtocol.MAX_VALUE];
    for (int user = 0; user < 12; user++) {
      try (Store flood = open(1)) {
        for (int i = 0; i < 60; i++) {
          flood.put("flood/" + user + "/" + i, value);
        }
      }
    }
    assertThat(host.get("key")).isPresent();
    Store last = open(1);
    for (int i = 0; i < 60; i++) {
      last.put("last/" + i, value);
    }
    assertThat(last.get("last/0")).isPresent();
  }

  @Test
  void longAnswersThatNobodyReadsAreBounded() throws IOException {
    StoreLimits limits = new StoreLimits(0, 4 << 20, 4 << 20, 0, 1 << 20, 2 << 20);
    StoreLinks links = new StoreLinks(Optional.empty(), Optional.empty());
    opened.add(StoreHost.listen("127.0.0.1:" + port, links, "farref-jvm-", limits));
    Store user = open(1);
    for (int i = 0; i < 15; i++) {
      user.put("large/" + i, new byte[StoreProtocol.MAX_VALUE]);
    }
    List<Link> deaf = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Link link = provenLink();
      deaf.add(link);
      for (int n = 1; n <= 30; n++) { // more than the buffers of the sockets take
        write(link, request(n, StoreProtocol.LIST, "large/").toByteArray());
      }
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> user.list("large/"))
                    .hasMessageContainingAll("have not read", "the limit is 2097152"));
    user.put("key", new byte[1]);
    assertThat(user.list("key").entries()).containsOnlyKeys("key");
    deaf.forEach(Link::close);
    await().atMost(LONG).ignoreExceptions().until(() -> user.list("large/").entries().size() == 15);
  }

  @Test
  void manyWaitsOfOneUserAreAnErrorAndAreAnsweredOneByOne() throws IOException {
    Store host = open(0);
    Link link = provenLink();
    StoreFrames frames = new StoreFrames(link, StoreProtocol.MAX_REPLY);
    for (int n = 1; n <= StoreProtocol.MAX_AWAITS + 1; n++) {
      Output await = request(n, StoreProtocol.AWAIT, "key");
      await.writeLong(host.list("key").revision());
      await.writeVarLong(LONG.toNanos());
      await.setInt(0, await.size() - Integer.BYTES);
      write(link, await.toByteArray());
    }
    Input answer = next(frames);
    assertThat(answer.readVarLong()).isEqualTo(StoreProtocol.MAX_AWAITS + 1);
    assertThat(answer.readUnsignedByte()).isEqualTo(StoreProtocol.FAILED);
    assertThat(answer.readUtf8()).contains("more than 64 waits", "'key'");
    host.put("key", new byte[1]);
    for (int n = 1; n <= StoreProtocol.MAX_AWAITS; n++) {
      answer = next(frames);
      assertThat(answer.readVarLong()).isEqualTo(n);
      assertThat(answer.readUnsignedByte()).isEqualTo(StoreProtocol.DONE);
    }
  }

  @Test
  void aRequestWithBytesTooManyEndsItsConnection() throws IOException {
    Store host = open(0);
    Link link = provenLink();
    Output request = request(1, StoreProtocol.GET, "key");
    request.writeByte(0);
    request.setInt(0, request.size() - Integer.BYTES);
    write(link, request.toByteArray());
    assertThat(readToEnd(link)).isZero();
    assertThat(host.list("").entries()).isEmpty();
  }

  private static Input next(StoreFrames frames) throws IOException {
    Input frame = null;
    long end = System.nanoTime() + LONG.toNanos();
    while (frame == null) {
      assertThat(System.nanoTime() - end).as("an answer came in time").isNegative();
      frame = frames.next(LONG.toNanos());
    }
    return frame;
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

  private Link provenLink() throws IOException {
    long timeout = TimeUnit.SECONDS.toNanos(20);
    Link link = new TcpTransport().connect("127.0.0.1:" + port, timeout);
    opened.add(link);
    Handshake.dialStore(link, Optional.empty(), PeerAuthentication.NONE, timeout);
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

  private Socket rawSocket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    opened.add(socket);
    socket.setSoTimeout(20_000);
    return socket;
  }
}
