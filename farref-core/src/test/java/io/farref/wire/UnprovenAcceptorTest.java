package io.farref.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Output;
import io.farref.observe.ProcessIdentity;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.RejectedException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** What a dialer with a secret believes of an acceptor that has, or has not, proved to know it. */
class UnprovenAcceptorTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);
  private static final Optional<String> SECRET = Optional.of("s3cret");
  private static final int KINDS = 24;

  private static final ConnectionSettings SETTINGS =
      new ConnectionSettings(10_000, ProcessIdentity.CURRENT, ReceiveLimits.of(Limits.DEFAULT));

  private final Link[] link = InProcessTransport.pair();

  @AfterEach
  void close() {
    link[0].close();
    link[1].close();
  }

  /** What an acceptor says that does not know the secret. */
  record Said(String what, byte[]... frames) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static byte[] frame(int kind, byte... payload) {
    return ByteBuffer.allocate(Frame.HEADER_SIZE + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(1 + payload.length)
        .put((byte) kind)
        .put(payload)
        .array();
  }

  private static byte[] challenge() {
    byte[] payload = new byte[17];
    payload[0] = Handshake.VERSION;
    return frame(Frame.CHALLENGE, payload);
  }

  private static byte[] rejection(int kind, int proofSize) {
    byte[] payload = new byte[5 + proofSize];
    payload[0] = (byte) kind;
    payload[1] = 3;
    payload[2] = 'w';
    payload[3] = 'h';
    payload[4] = 'y';
    return frame(Frame.REJECT, payload);
  }

  private static byte[] welcome(int proofSize) {
    Output out = new Output(64);
    out.writeVarInt(proofSize);
    out.writeBytes(new byte[proofSize], 0, proofSize);
    new Welcome(0, SETTINGS).write(out);
    return frame(Frame.WELCOME, out.toByteArray());
  }

  /** Each as the first answer, and as the answer to the dialer's proof. */
  static Stream<Said> everything() {
    Stream<Said> plain =
        Stream.iterate(0, kind -> kind < KINDS, kind -> kind + 1)
            .flatMap(
                kind ->
                    Stream.of(
                        new Said(Frame.name(kind) + " without content", frame(kind)),
                        new Said(Frame.name(kind) + " of garbage", frame(kind, garbage()))));
    Stream<Said> forged =
        Stream.of(
            new Said("refused", rejection(0, 0)),
            new Said("session over", rejection(1, 0)),
            new Said("declared dead", rejection(2, 0)),
            new Said("a reason of another kind", rejection(3, 0)),
            new Said("declared dead, short proof", rejection(2, 31)),
            new Said("declared dead, wrong proof", rejection(2, 32)),
            new Said("declared dead, long proof", rejection(2, 33)),
            new Said("another version", frame(Frame.CHALLENGE, (byte) 9)),
            new Said("welcome without proof", welcome(0)),
            new Said("welcome, short proof", welcome(31)),
            new Said("welcome, wrong proof", welcome(32)),
            new Said("a frame without end", new byte[] {-1, -1, -1, 127, 1}),
            new Said("a frame of nothing", new byte[4]),
            new Said("half a frame", new byte[] {9, 0, 0, 0, 5}),
            new Said("TLS", new byte[] {22, 3, 3, 0, 9}),
            new Said(
                "text", "HTTP/1.1 400\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
            new Said("nothing"));
    return Stream.concat(plain, forged)
        .flatMap(
            each ->
                Stream.of(
                    each,
                    new Said(
                        "after CHALLENGE: " + each.what,
                        Stream.concat(Stream.of(challenge()), Arrays.stream(each.frames))
                            .toArray(byte[][]::new))));
  }

  private static byte[] garbage() {
    byte[] garbage = new byte[60];
    Arrays.fill(garbage, (byte) 0xA5);
    return garbage;
  }

  @ParameterizedTest
  @MethodSource("everything")
  void whatAnAcceptorSaysBeforeItsProofIsABrokenLinkAndNoMore(Said said) throws IOException {
    CompletableFuture<Void> stranger = say(said.frames);
    Throwable failure = catchThrowable(() -> dial(SECRET));
    stranger.join();
    assertThat(failure)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SessionOverException.class)
        .hasMessageNotContaining("null");
  }

  @ParameterizedTest
  @MethodSource("everything")
  void whatTheHostOfAStoreSaysBeforeItsProofIsABrokenLinkAndNoMore(Said said) throws IOException {
    CompletableFuture<Void> stranger = say(said.frames);
    Throwable failure =
        catchThrowable(
            () -> Handshake.dialStore(link[0], SECRET, PeerAuthentication.NONE, TIMEOUT));
    stranger.join();
    assertThat(failure).isInstanceOf(IOException.class).isNotInstanceOf(SessionOverException.class);
  }

  /** Says each frame after one of the dialer's; hangs up in the end. */
  private CompletableFuture<Void> say(byte[]... frames) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (byte[] each : frames) {
              frame(link[1]);
              write(link[1], each);
            }
            link[1].close();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @Test
  void theReasonOfAStrangerIsShownAsOneThatIsNotProved() {
    CompletableFuture<Void> stranger = say(rejection(2, 0));
    assertThatThrownBy(() -> dial(SECRET))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("refused the connection: why (this is not proved");
    stranger.join();
  }

  private Welcome dial(Optional<String> secret) throws IOException {
    return dial(secret, PeerAuthentication.NONE);
  }

  private Welcome dial(Optional<String> secret, PeerAuthentication assurance) throws IOException {
    Hello hello = new Hello("g", 1, 2, Optional.empty(), SETTINGS);
    return Handshake.dial(link[0], hello, secret, assurance, TIMEOUT);
  }

  private static CompletableFuture<Hello> reject(Link at, Kind kind) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Handshake.accept(
                at,
                "g",
                2,
                SECRET,
                PeerAuthentication.NONE,
                _ -> {
                  throw new RejectedException(kind, "too late");
                },
                TIMEOUT);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRejectionByAnAcceptorThatKnowsTheSecretIsBelieved(Kind kind) {
    CompletableFuture<Hello> accepting = reject(link[1], kind);
    Throwable failure = catchThrowable(() -> dial(SECRET));
    assertThat(failure)
        .isInstanceOf(kind == Kind.REFUSED ? RefusedException.class : SessionOverException.class)
        .hasMessageContaining("too late");
    assertThatThrownBy(accepting::join).hasCauseInstanceOf(RefusedException.class);
  }

  @Test
  void aWorkerOfAnotherGroupWithTheSameSecretIsBelieved() {
    CompletableFuture<Hello> accepting = reject(link[1], Kind.REFUSED);
    Hello lost = new Hello("h", 1, 2, Optional.empty(), SETTINGS);
    assertThatThrownBy(
            () -> Handshake.dial(link[0], lost, SECRET, PeerAuthentication.NONE, TIMEOUT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("another group");
    assertThatThrownBy(accepting::join).hasMessageContaining("another group");
  }

  @Test
  void aRejectionThatWasChangedOnItsWayIsNotBelieved() throws Exception {
    assertNotBelieved(
        reject -> {
          reject[Frame.HEADER_SIZE] = (byte) Kind.DECLARED_DEAD.ordinal();
          return reject;
        });
  }

  @Test
  void aRejectionWithAnotherReasonIsNotBelieved() throws Exception {
    assertNotBelieved(
        reject -> {
          reject[Frame.HEADER_SIZE + 2] ^= 1;
          return reject;
        });
  }

  @Test
  void theProofOfARejectionIsNoneForAWelcome() throws Exception {
    assertNotBelieved(
        reject -> {
          Output welcome = new Output(64);
          welcome.writeVarInt(32);
          welcome.writeBytes(reject, reject.length - 32, 32);
          new Welcome(0, SETTINGS).write(welcome);
          return frame(Frame.WELCOME, welcome.toByteArray());
        });
  }

  private void assertNotBelieved(UnaryOperator<byte[]> change) throws Exception {
    passRejection(SECRET, change);
  }

  /** A man in the middle changes the rejection of an acceptor; the dialer must not believe it. */
  private void passRejection(Optional<String> secret, UnaryOperator<byte[]> change)
      throws Exception {
    Link[] beyond = InProcessTransport.pair();
    try {
      CompletableFuture<Hello> accepting = reject(beyond[1], Kind.SESSION_OVER);
      CompletableFuture<Throwable> dialing =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> dial(secret)), task -> Thread.ofVirtual().start(task));
      write(beyond[0], frame(link[1]));
      write(link[1], frame(beyond[0]));
      write(beyond[0], frame(link[1]));
      byte[] answer = frame(beyond[0]);
      assertThat(answer[Frame.KIND_OFFSET]).isEqualTo(Frame.REJECT);
      write(link[1], change.apply(answer));
      assertThat(dialing.join()).isInstanceOf(UnprovenException.class);
      assertThatThrownBy(accepting::join).hasCauseInstanceOf(RefusedException.class);
    } finally {
      beyond[0].close();
      beyond[1].close();
    }
  }

  @Test
  void aDialerThatHasNotProvedItselfGetsNoProofWithItsRejection() throws Exception {
    passRejection(
        Optional.of("guessed"),
        reject -> {
          int textSize = reject[Frame.HEADER_SIZE + 1];
          assertThat(reject).as("nothing after the text").hasSize(Frame.HEADER_SIZE + 2 + textSize);
          return reject;
        });
  }

  /** There is a certificate, and it is that of another worker. */
  private static final PeerAuthentication ANOTHER =
      new PeerAuthentication() {
        @Override
        public byte[] binding() {
          return new byte[0];
        }

        @Override
        public Optional<String> objection(int worker) {
          return Optional.of("its certificate is for mallory, not for worker 'b'");
        }
      };

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"REFUSED", "SESSION_OVER", "DECLARED_DEAD"})
  void anAcceptorWhoseCertificateHasAnotherNameIsNotEvenHeard(Kind kind) throws IOException {
    write(link[1], rejection(kind.ordinal(), 0));
    assertThatExceptionOfType(UnprovenException.class)
        .isThrownBy(() -> dial(Optional.empty(), ANOTHER))
        .withMessageContaining("its certificate is for mallory");
    assertThat(frame(link[1])[Frame.KIND_OFFSET]).as("no HELLO").isEqualTo(Frame.REJECT);
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
}
