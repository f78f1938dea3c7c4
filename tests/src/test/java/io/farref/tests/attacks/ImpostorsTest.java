package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.RefusedException;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tests.tls.Certificates;
import io.farref.tls.TlsLinks;
import io.farref.wire.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stranger listens at the address of a worker that is alive, and says what it likes. It is a
 * broken link: the worker that dials tries again, and loses nothing when the stranger is gone.
 */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class ImpostorsTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  private final Certificates certificates = new Certificates();
  private final Detour net = new Detour();
  private LocalGroup group;

  @AfterEach
  void leave() {
    group.closeNow();
  }

  /** What the stranger says, each frame after one of the worker's. */
  enum Said {
    NOTHING,
    REFUSED(reject(0, "no", 0)),
    SESSION_OVER(reject(1, "no", 0)),
    DECLARED_DEAD(reject(2, "no", 0)),
    DECLARED_DEAD_WITH_A_FORGED_PROOF(reject(2, "no", 32)),
    REFUSED_AFTER_CHALLENGE(challenge(), reject(0, "no", 0)),
    SESSION_OVER_AFTER_CHALLENGE(challenge(), reject(1, "no", 0)),
    DECLARED_DEAD_AFTER_CHALLENGE(challenge(), reject(2, "no", 32)),
    AN_UNKNOWN_REASON(reject(7, "no", 0)),
    AN_UNKNOWN_VERSION(frame(Frame.CHALLENGE, (byte) 77)),
    WELCOME_AT_ONCE(frame(Frame.WELCOME, new byte[60])),
    WELCOME_WITHOUT_A_PROOF(challenge(), frame(Frame.WELCOME, new byte[60])),
    HELLO(frame(Frame.HELLO, new byte[60])),
    A_CALL(challenge(), frame(Frame.CALL, new byte[60])),
    THE_FRAME_OF_A_CONNECTION_THAT_DECLARES_DEAD(frame(Frame.DECLARED_DEAD)),
    GOODBYE(challenge(), frame(Frame.GOODBYE)),
    A_FRAME_WITHOUT_CONTENT(new byte[4]),
    HTTP("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
    A_RECORD_OF_TLS(new byte[] {21, 3, 3, 0, 2, 2, 40});

    private final byte[][] frames;

    Said(byte[]... frames) {
      this.frames = frames;
    }

    void to(Link victim) throws IOException {
      for (byte[] each : frames) {
        readFrame(victim);
        victim.write(new ByteBuffer[] {ByteBuffer.wrap(each)}, 0, 1);
      }
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
    payload[0] = 1;
    return frame(Frame.CHALLENGE, payload);
  }

  private static byte[] reject(int kind, String why, int proofSize) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(2 + text.length + proofSize);
    payload.put((byte) kind).put((byte) text.length).put(text);
    return frame(Frame.REJECT, payload.array());
  }

  private static void readFrame(Link from) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    fill(from, head);
    fill(from, ByteBuffer.allocate(head.getInt(0)));
  }

  private static void fill(Link from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer, TIMEOUT) <= 0) {
        throw new EOFException();
      }
    }
  }

  private LocalGroup start(Consumer<Worker.Builder> configure) {
    group = LocalGroup.builder().transport(net).configure(configure).start("a", "b");
    return group;
  }

  /** The stranger is met on the first connection, and again in place of one that breaks. */
  private void assertHarmless(Detour.Stranger stranger) {
    Worker a = group.worker("a");
    Worker b = group.worker("b");
    Peer toB = a.peer("b");

    net.leadTo(stranger);
    CompletableFuture<Integer> first = toB.rpcAsync(() -> 1);
    awaitVisits();
    net.leadBack();
    assertThat(first.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(1);

    net.leadTo(stranger);
    net.breakLinks();
    CompletableFuture<Integer> second = toB.rpcAsync(() -> 2);
    awaitVisits();
    net.leadBack();
    assertThat(second.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(2);

    for (Worker each : List.of(a, b)) {
      assertThat(each.isClosed()).isFalse();
      assertThat(each.peers()).hasSize(2);
    }
    assertThat(b.peer("a").rpcSync(() -> 3)).isEqualTo(3);
  }

  /** It was tried again: what the stranger said the first time had no effect. */
  private void awaitVisits() {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> net.met() >= 2);
  }

  @ParameterizedTest
  @EnumSource
  void aStrangerThatDoesNotKnowTheSecretEndsNothing(Said said) {
    start(w -> w.secret("known"));
    assertHarmless(said::to);
  }

  @ParameterizedTest
  @EnumSource
  void aWorkerWithACertificateOfAnotherNameEndsNothing(Said said) {
    AtomicInteger rank = new AtomicInteger();
    start(w -> w.tls(certificates.tls(rank.getAndIncrement() == 0 ? "a" : "b")));
    TlsLinks mallory = TlsLinks.of(certificates.tls("mallory"));
    assertHarmless(
        victim -> {
          try (Link encrypted = mallory.accept(victim, TIMEOUT)) {
            for (byte[] each : said.frames) { // it does not wait for the name to be looked at
              encrypted.write(new ByteBuffer[] {ByteBuffer.wrap(each)}, 0, 1);
            }
            readFrame(encrypted);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aListenerThatDoesNotSpeakTlsEndsNothing(Said said) {
    AtomicInteger rank = new AtomicInteger();
    start(w -> w.tls(certificates.tls(rank.getAndIncrement() == 0 ? "a" : "b")));
    assertHarmless(
        victim -> {
          for (byte[] each : said.frames) {
            victim.write(new ByteBuffer[] {ByteBuffer.wrap(each)}, 0, 1);
          }
        });
  }

  @Test
  void aListenerOfAnotherAuthorityEndsNothing() {
    Tls strange = new Certificates().tls("b");
    AtomicInteger rank = new AtomicInteger();
    start(w -> w.tls(certificates.tls(rank.getAndIncrement() == 0 ? "a" : "b")));
    assertHarmless(victim -> TlsLinks.of(strange).accept(victim, TIMEOUT).close());
  }

  @Test
  void aWorkerWithAnotherSecretIsToldWhyWhenTheSessionTimeoutHasPassed() {
    AtomicInteger rank = new AtomicInteger();
    start(
        w ->
            w.secret(rank.getAndIncrement() == 0 ? "one" : "other")
                .sessionTimeout(Duration.ofSeconds(1)));
    CompletableFuture<Integer> call = group.worker("a").peer("b").rpcAsync(() -> 1);
    assertThat(call)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .withMessageContaining("does not know the group secret")
        .havingCause()
        .isInstanceOf(RefusedException.class);
    assertThat(group.worker("a").isClosed()).isFalse();
    assertThat(group.worker("b").isClosed()).isFalse();
  }
}
