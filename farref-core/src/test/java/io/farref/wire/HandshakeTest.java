package io.farref.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.observe.ProcessIdentity;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class HandshakeTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private static final Optional<String> NONE = Optional.empty();

  private static final ConnectionSettings SETTINGS =
      new ConnectionSettings(10_000, ProcessIdentity.CURRENT, ReceiveLimits.of(Limits.DEFAULT));

  private static final Welcome WELCOME = new Welcome(0, SETTINGS);

  private final Link[] link = InProcessTransport.pair();

  @AfterEach
  void close() {
    link[0].close();
    link[1].close();
  }

  private CompletableFuture<Integer> accept(String group, Optional<String> secret, int known) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Handshake.accept(
                    link[1],
                    group,
                    2,
                    secret,
                    PeerAuthentication.NONE,
                    hello -> admit(hello, known),
                    TIMEOUT)
                .from();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        THREADS);
  }

  private static Welcome admit(Hello hello, int known) throws RejectedException {
    if (hello.from() != known) {
      throw new RejectedException(
          RejectedException.Kind.REFUSED, hello.from() + " is not, or no longer, in the group");
    }
    return WELCOME;
  }

  private void dial(String group, Optional<String> secret, int expected) throws IOException {
    Handshake.dial(
        link[0],
        new Hello(group, 1, expected, Optional.empty(), SETTINGS),
        secret,
        PeerAuthentication.NONE,
        TIMEOUT);
  }

  private static void assertRefused(CompletableFuture<Integer> accepting, String why) {
    assertThatThrownBy(accepting::join)
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void workersOfOneGroupConnect() throws IOException {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    dial("g", NONE, 2);
    assertThat(accepting.join()).isEqualTo(1);
  }

  @Test
  void workersThatShareASecretConnect() throws IOException {
    CompletableFuture<Integer> accepting = accept("g", Optional.of("s3cret"), 1);
    dial("g", Optional.of("s3cret"), 2);
    assertThat(accepting.join()).isEqualTo(1);
  }

  @Test
  void anotherSecretIsRefusedOnBothSides() {
    CompletableFuture<Integer> accepting = accept("g", Optional.of("right"), 1);
    assertThatThrownBy(() -> dial("g", Optional.of("wrong"), 2))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("does not know the group secret");
    assertRefused(accepting, "the worker that connected does not know the group secret");
  }

  @Test
  void aDialerWithoutASecretIsRefusedByAnAcceptorWithOne() {
    CompletableFuture<Integer> accepting = accept("g", Optional.of("right"), 1);
    assertThatThrownBy(() -> dial("g", NONE, 2))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("that connected has none: set FARREF_SECRET");
    assertRefused(accepting, "that connected has none: set FARREF_SECRET");
  }

  @Test
  void anAcceptorWithoutASecretIsRefusedByADialerWithOne() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    assertThatThrownBy(() -> dial("g", Optional.of("right"), 2))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("that listens has none");
    assertRefused(accepting, "that listens has none");
  }

  private CompletableFuture<Void> acceptStore(Link on, Optional<String> secret) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            Handshake.acceptStore(on, secret, PeerAuthentication.NONE, TIMEOUT);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        THREADS);
  }

  @Test
  void aUserOfAStoreIsLetInWithTheSecret() throws IOException {
    CompletableFuture<Void> accepting = acceptStore(link[1], Optional.of("s3cret"));
    Handshake.dialStore(link[0], Optional.of("s3cret"), PeerAuthentication.NONE, TIMEOUT);
    accepting.join();
  }

  @Test
  void aUserOfAStoreWithAnotherSecretIsRefusedOnBothSides() {
    CompletableFuture<Void> accepting = acceptStore(link[1], Optional.of("right"));
    assertThatThrownBy(
            () ->
                Handshake.dialStore(
                    link[0], Optional.of("wrong"), PeerAuthentication.NONE, TIMEOUT))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("wrong secret");
    assertThatThrownBy(accepting::join)
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("wrong secret");
  }

  @Test
  void aWorkerThatReachesAStoreIsToldSo() {
    CompletableFuture<Void> accepting = acceptStore(link[1], NONE);
    assertThatThrownBy(() -> dial("g", NONE, 2))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("this is the rendezvous store of a group, not a worker");
    assertThatThrownBy(accepting::join).hasCauseInstanceOf(RefusedException.class);
  }

  @Test
  void aUserOfAStoreThatReachesAWorkerIsToldSo() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    assertThatThrownBy(() -> Handshake.dialStore(link[0], NONE, PeerAuthentication.NONE, TIMEOUT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("this is a worker, not the rendezvous store of a group");
    assertRefused(accepting, "this is a worker");
  }

  /** In the middle stands an attacker that makes of the hello to a member one to a store. */
  @Test
  void aProofForAMemberLinkIsWorthNothingOnAStoreLink() throws IOException {
    Link[] toHost = InProcessTransport.pair();
    CompletableFuture<Void> accepting = acceptStore(toHost[1], Optional.of("s3cret"));
    CompletableFuture<Void> dialing =
        CompletableFuture.runAsync(
            () -> {
              try {
                dial("g", Optional.of("s3cret"), 2);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            THREADS);
    byte[] hello = frame(link[1]);
    int identity = Frame.HEADER_SIZE + 4 + 1 + 1 + 1 + 16;
    byte[] forged = Arrays.copyOf(hello, identity);
    forged[0] = (byte) (identity - 4);
    forged[1] = 0;
    forged[Frame.HEADER_SIZE + 4 + 1 + 1] = 1; // the purpose
    write(toHost[0], forged);
    write(link[1], frame(toHost[0]));
    write(toHost[0], frame(link[1])); // the dialer's proof
    byte[] answer = frame(toHost[0]);
    assertThat(answer[Frame.KIND_OFFSET]).isEqualTo(Frame.REJECT);
    assertThatThrownBy(accepting::join).hasMessageContaining("wrong secret");
    link[1].close();
    assertThatThrownBy(dialing::join).hasRootCauseInstanceOf(EOFException.class);
    toHost[0].close();
    toHost[1].close();
  }

  private static byte[] frame(Link from) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    fill(from, head);
    ByteBuffer whole = ByteBuffer.allocate(4 + head.getInt(0));
    whole.put(head.flip());
    fill(from, whole);
    return whole.array();
  }

  private static void fill(Link from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer, TIMEOUT) <= 0) {
        throw new EOFException();
      }
    }
  }

  private static void write(Link to, byte[] bytes) throws IOException {
    to.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1);
  }

  @Test
  void anotherGroupIsRefused() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    assertThatThrownBy(() -> dial("h", NONE, 2)).hasMessageContaining("another group");
    assertRefused(accepting, "another group");
  }

  @Test
  void aDialerThatMeansAnotherWorkerIsRefused() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    assertThatThrownBy(() -> dial("g", NONE, 3)).hasMessageContaining("this is worker 2, not 3");
    assertRefused(accepting, "this is worker 2, not 3");
  }

  @Test
  void aDialerThatIsNotInTheGroupIsRefused() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 7);
    assertThatThrownBy(() -> dial("g", NONE, 2)).hasMessageContaining("no longer, in the group");
    assertRefused(accepting, "no longer, in the group");
  }

  @Test
  void eachSideLearnsHowManyBytesOfTheSessionTheOtherHas() throws IOException {
    SessionRequest asked = new SessionRequest(SessionId.random(), 3, true, 1234);
    CompletableFuture<Hello> accepting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Handshake.accept(
                    link[1],
                    "g",
                    2,
                    NONE,
                    PeerAuthentication.NONE,
                    _ -> new Welcome(567, SETTINGS),
                    TIMEOUT);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            THREADS);
    Hello hello =
        new Hello(
            "g",
            1,
            2,
            Optional.of(asked),
            new ConnectionSettings(5_000, SETTINGS.process(), SETTINGS.receiveLimits()));
    assertThat(Handshake.dial(link[0], hello, NONE, PeerAuthentication.NONE, TIMEOUT))
        .isEqualTo(new Welcome(567, SETTINGS));
    assertThat(accepting.join()).isEqualTo(hello);
  }

  @ParameterizedTest
  @EnumSource(names = "REFUSED", mode = Mode.EXCLUDE)
  void aDialerWhoseSessionIsOverLearnsWhetherItWasDeclaredDead(RejectedException.Kind kind) {
    CompletableFuture<Hello> accepting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Handshake.accept(
                    link[1],
                    "g",
                    2,
                    NONE,
                    PeerAuthentication.NONE,
                    _ -> {
                      throw new RejectedException(kind, "too late");
                    },
                    TIMEOUT);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            THREADS);
    assertThatExceptionOfType(SessionOverException.class)
        .isThrownBy(() -> dial("g", NONE, 2))
        .withMessage("too late")
        .returns(
            kind == RejectedException.Kind.DECLARED_DEAD, SessionOverException::isDeclaredDead);
    assertThatThrownBy(accepting::join).hasCauseInstanceOf(RefusedException.class);
  }

  @Test
  void garbageIsMalformed() throws IOException {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    link[0].write(new ByteBuffer[] {ByteBuffer.wrap(request)}, 0, 1);
    assertThatThrownBy(accepting::join).hasCauseInstanceOf(MalformedException.class);
  }

  @Test
  void closingTheLinkEndsTheHandshake() {
    CompletableFuture<Integer> accepting = accept("g", NONE, 1);
    link[0].close();
    assertThatThrownBy(accepting::join).hasRootCauseInstanceOf(EOFException.class);
  }

  @Test
  void silenceEndsTheHandshakeWithinItsTimeout() {
    assertThatThrownBy(
            () ->
                Handshake.accept(
                    link[1],
                    "g",
                    2,
                    NONE,
                    PeerAuthentication.NONE,
                    _ -> WELCOME,
                    TimeUnit.MILLISECONDS.toNanos(20)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in time");
  }
}
