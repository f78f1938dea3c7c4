package io.farref.group.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.farref.JoinException;
import io.farref.RefusedException;
import io.farref.group.Member;
import io.farref.group.Ports;
import io.farref.group.membership.JoinedWorkers;
import io.farref.group.membership.Membership;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  void aUserThatPutsAnEphemeralKeyFindsTheNewHost() throws IOException {
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
  void aStrangerOnTheHostsPortThatRefusesAUserIsNoHostAndNoMore() throws Exception {
    Store host = open(uri, 0, "s", LONG);
    Store user = open(uri, 1, "s", LONG);
    user.putEphemeral("key", new byte[1]);
    host.close();
    byte[] reject = {7, 0, 0, 0, 5, 2, 4, 'd', 'e', 'a', 'd'}; // "declared dead"
    Thread stranger;
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      stranger =
          Thread.startVirtualThread(
              () -> {
                while (!other.isClosed()) {
                  try (Socket socket = other.accept()) {
                    socket.getInputStream().read(new byte[1 << 10]);
                    socket.getOutputStream().write(reject);
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> user.putEphemeral("key", new byte[2]))
            .isInstanceOf(StoreLostException.class);
      }
    }
    stranger.join();
    Store next = open(uri, 0, "s", LONG);
    await()
        .ignoreException(StoreLostException.class)
        .until(() -> user.putEphemeral("key", new byte[2]));
    assertThat(next.get("key")).hasValue(new byte[] {0, 0});
  }

  @Test
  void aListenerThatIsNoStoreIsReportedAfterTheTimeout() throws Exception {
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
  void whenTheHostFailsToJoinTheOthersFailAtOnce() {
    JoinedWorkers group = new JoinedWorkers(uri);
    group.timeout = Duration.ofMillis(500);
    var host = group.worker("a").rank(0).of(3).start();
    JoinedWorkers withOwnTimeout = new JoinedWorkers(uri);
    withOwnTimeout.timeout = Duration.ofMinutes(5);
    var b = withOwnTimeout.worker("b").rank(1).of(3).start();
    assertThat(JoinedWorkers.failure(host)).hasMessageContaining("nothing from rank 2");
    assertThat(JoinedWorkers.failure(b))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("the store was closed while this worker waited in it")
        .hasMessageContaining("a (rank 0, ")
        .hasMessageContaining("nothing from rank 2");
  }

  @Test
  void theHostsMessageNamesTheConnectionsThatTheStoreRefused() throws Exception {
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
}
