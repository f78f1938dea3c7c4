package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member sends garbage after a real handshake: only that connection ends. A failure names its
 * seed; {@code -Dfarref.fuzz.seed=N} begins there, {@code -Dfarref.fuzz.count=M} runs more.
 */
@ExtendWith(NoLeaks.class)
class WireFuzzTest {
  private static final int MALICIOUS_PEERS = 24;
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withMaxMessageBytes(1 << 20)
          .withMaxAttachmentBytes(1 << 20)
          .withMaxAttachments(100)
          .withMaxReferences(100)
          .withMaxDepth(1_000)
          .withMaxElements(100_000)
          .withMaxSymbols(1_000)
          .withMaxPendingCalls(1_000)
          .withMaxPendingBytes(1 << 20)
          .withMaxQueuedBytes(1 << 20)
          .withMaxConnections(1_000)
          .withMaxReferencesHeld(1_000);

  private final List<Tap> dialed = new CopyOnWriteArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // arrays travel too
  private record Letter(String text, List<Integer> numbers, byte[] bytes) {}

  /** A link that records the bytes of its worker, and writes bytes of the test. */
  private static final class Tap implements Link {
    private final Link below;
    private final List<byte[]> written = new ArrayList<>();
    private final String dialer = Thread.currentThread().getName();
    private boolean muted;

    Tap(Link below) {
      this.below = below;
    }

    boolean isOf(Worker worker) {
      return dialer.startsWith("farref-" + worker.name() + "-");
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
      return below.read(dst, timeoutNanos);
    }

    @Override
    public void wakeup() {
      below.wakeup();
    }

    @Override
    public synchronized boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
        throws IOException {
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      for (int i = offset; i < offset + length; i++) {
        byte[] bytes = new byte[srcs[i].remaining()];
        srcs[i].duplicate().get(bytes);
        copy.writeBytes(bytes);
      }
      written.add(copy.toByteArray());
      return muted || below.write(srcs, offset, length, timeoutNanos);
    }

    /** All bytes of the worker after the handshake. */
    synchronized byte[] conversation() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      written.stream().skip(2).forEach(all::writeBytes); // HELLO and PROOF
      return all.toByteArray();
    }

    /** From now on only the test writes. */
    synchronized void say(byte[] bytes) {
      muted = true;
      Throwable _ =
          catchThrowable( // the other side may close the link meanwhile
              () -> below.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1));
    }

    @Override
    public String remoteAddress() {
      return below.remoteAddress();
    }

    @Override
    public void close() {
      below.close();
    }
  }

  static LongStream seeds() {
    long first = Long.getLong("farref.fuzz.seed", 1);
    return LongStream.range(first, first + Integer.getInteger("farref.fuzz.count", 5));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMemberThatSendsGarbageLosesItsConnectionAndNoOtherIsAffected(long seed) {
    Random random = new Random(seed);
    String[] names = new String[MALICIOUS_PEERS + 2];
    names[0] = "victim";
    names[1] = "honest";
    for (int i = 0; i < MALICIOUS_PEERS; i++) {
      names[i + 2] = "malicious" + i;
    }
    SpyingTransport transport = new SpyingTransport(new InProcessTransport(), this::tap);
    LocalGroup group =
        LocalGroup.builder().transport(transport).configure(w -> w.limits(LIMITS)).start(names);
    try {
      Worker victim = group.worker("victim");
      Worker honest = group.worker("honest");
      RRef<Letter> held = honest.peer("victim").remote(() -> new Letter("x", List.of(), null));
      for (int i = 0; i < MALICIOUS_PEERS; i++) {
        Worker malicious = group.worker("malicious" + i);
        String where = "seed " + seed + ", round " + i;
        talk(malicious);
        Tap tap = dialed.stream().filter(each -> each.isOf(malicious)).findFirst().orElseThrow();
        byte[] rubbish = rubbish(random, tap.conversation(), i);
        tap.say(rubbish);
        tap.below.close();
        assertThat(honest.peer("victim").rpcSync(() -> 1)).as(where).isEqualTo(1);
        TwoWorkers.eventually(
            () ->
                assertThat(victim.peers().stream().map(each -> each.name()))
                    .as(where)
                    .doesNotContain(malicious.name()));
      }
      assertThat(held.toHere().text()).as("seed " + seed).isEqualTo("x");
      held.close();
      TwoWorkers.eventually(
          () -> assertThat(victim.stats().callsRunning()).as("seed " + seed).isZero());
      TwoWorkers.eventually(
          () -> {
            System.gc(); // a mangled call may have made a reference there and dropped it
            assertThat(victim.stats().valuesOwned()).as("seed " + seed).isZero();
            assertThat(victim.stats().referencesHeld()).as("seed " + seed).isZero();
          });
      assertThat(victim.self().rpcSync(() -> 2)).isEqualTo(2);
    } finally {
      group.closeNow();
    }
  }

  private Link tap(Link link) {
    Tap tap = new Tap(link);
    dialed.add(tap);
    return tap;
  }

  /** Some of every kind of frame: calls, creations, references, buffers, cancels. */
  private static void talk(Worker malicious) {
    var victim = malicious.peer("victim");
    Letter letter = new Letter("dear", List.of(1, 2, 3), new byte[100]);
    victim.rpcSync(() -> letter.numbers().size());
    try (RRef<List<Integer>> list = victim.remote(() -> new ArrayList<>(letter.numbers()));
        RRef<String> mine = malicious.rref("mine")) {
      list.runSync(each -> each.add(4));
      victim.rpcSync(() -> letter.text() + mine.owner().name() + list.owner().name());
      CompletableFuture<Integer> given = victim.rpcAsync(() -> letter.text().length());
      given.cancel(false);
      ByteBuffer large = ByteBuffer.allocate(20_000);
      victim.rpcSync(() -> large.remaining());
      int[] larger = new int[50_000];
      victim.rpcSync(() -> larger.length); // in chunks
    }
    victim.rpcSync(() -> 1);
  }

  private static byte[] rubbish(Random random, byte[] valid, int round) {
    byte[] bytes =
        switch (round % 6) {
          case 0 -> noise(random);
          case 1 -> Arrays.copyOfRange(valid, random.nextInt(valid.length), valid.length);
          default -> mangled(random, valid, 1 + random.nextInt(20));
        };
    return round % 4 == 3 ? concat(mangled(random, lastFrames(valid), 3), bytes) : bytes;
  }

  /** A frame with a valid header and a random payload. */
  private static byte[] noise(Random random) {
    byte[] payload = new byte[1 + random.nextInt(300)];
    random.nextBytes(payload);
    byte[] kinds = {8, 9, 9, 9, 10, 11, 12, 12, 13, 1, 77};
    payload[0] = kinds[random.nextInt(kinds.length)];
    ByteBuffer frame =
        ByteBuffer.allocate(4 + payload.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return frame.putInt(payload.length).put(payload).array();
  }

  private static byte[] mangled(Random random, byte[] valid, int changes) {
    byte[] bytes = valid.clone();
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt();
            case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 2 -> (byte) 0xFF;
            default -> 0;
          };
    }
    return bytes;
  }

  private static byte[] lastFrames(byte[] valid) {
    return Arrays.copyOfRange(valid, Math.max(0, valid.length - 400), valid.length);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
