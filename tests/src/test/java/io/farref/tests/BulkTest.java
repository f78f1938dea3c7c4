package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.EncodingException;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.RpcCancelledException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.transport.InProcessTransport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large calls travel in chunks, and small calls pass between the chunks. */
class BulkTest extends TwoWorkers {
  private static final int LARGE = 4 << 20;
  private static final List<String> STARTED = new CopyOnWriteArrayList<>();

  private final List<GatedLink> dialed = new CopyOnWriteArrayList<>();

  @Override
  LocalGroup start() {
    STARTED.clear();
    return LocalGroup.builder()
        .transport(new SpyingTransport(new InProcessTransport(), this::gated))
        .start("a", "b");
  }

  private Link gated(Link link) {
    GatedLink gated = new GatedLink(link);
    dialed.add(gated);
    return gated;
  }

  @AfterEach
  void open() {
    dialed.forEach(GatedLink::open);
  }

  /** The idle link from a to b. */
  private GatedLink shutLink() {
    int before = dialed.size();
    toB.runSync(() -> {});
    assertThat(dialed).hasSizeGreaterThanOrEqualTo(before);
    GatedLink link = dialed.getLast();
    link.shut();
    return link;
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static int started(String what, byte[] bytes) {
    STARTED.add(what);
    return bytes.length;
  }

  @Test
  void memoryOfEveryKindArrivesAndComesBackEqual() {
    byte[] bytes = noise(3_000_001);
    int[] ints = new Random(1).ints(500_000).toArray();
    long[] longs = new Random(2).longs(200_000).toArray();
    double[] doubles = new Random(3).doubles(200_000).toArray();
    boolean[] booleans = new boolean[300_000];
    Arrays.setAll(ints, i -> i * 31);
    for (int i = 0; i < booleans.length; i++) {
      booleans[i] = bytes[i] > 0;
    }
    assertThat(toB.<byte[], RuntimeException>rpcSync(() -> bytes)).isEqualTo(bytes);
    assertThat(toB.<int[], RuntimeException>rpcSync(() -> ints)).isEqualTo(ints);
    assertThat(toB.<long[], RuntimeException>rpcSync(() -> longs)).isEqualTo(longs);
    assertThat(toB.<double[], RuntimeException>rpcSync(() -> doubles)).isEqualTo(doubles);
    assertThat(toB.<boolean[], RuntimeException>rpcSync(() -> booleans)).isEqualTo(booleans);
    List<Object> all = toB.rpcSync(() -> List.of(bytes, ints, List.of(longs), bytes));
    assertThat(all.get(0)).isEqualTo(bytes).isSameAs(all.get(3));
    assertThat(all.get(1)).isEqualTo(ints);
  }

  /** A large value without out-of-band buffers. */
  private static List<String> words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "word " + i).toList();
  }

  @Test
  void largeGraphsArriveAndComeBackEqual() {
    for (int count : new int[] {9_000, 10_000, 11_000, 12_000, 500_000}) {
      List<String> words = words(count);
      byte[] bytes = noise(count * 10);
      Object[] back = toB.rpcSync(() -> new Object[] {words, bytes, words});
      assertThat(back[0]).isEqualTo(words).isSameAs(back[2]);
      assertThat(back[1]).isEqualTo(bytes);
    }
  }

  private static int use(List<String> words, RRef<StringBuilder> text) {
    try (text) {
      return words.size() + text.localValue().length();
    }
  }

  @Test
  void aLargeGraphHoldsReferencesLikeASmallOne() {
    List<String> words = words(100_000);
    try (RRef<StringBuilder> there = toB.remote(() -> new StringBuilder("x"))) {
      assertThat(toB.<Integer, RuntimeException>rpcSync(() -> use(words, there)))
          .isEqualTo(100_001);
      assertThat(there.<Integer, RuntimeException>rpcSync(StringBuilder::length)).isEqualTo(1);
    }
  }

  @Test
  void buffersAndSegmentsOfEveryArenaArrive() {
    byte[] bytes = noise(1_000_003);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer back = toB.rpcSync(() -> direct);
    assertThat(back).isEqualTo(direct);
    assertThat(back.isDirect()).isTrue();
    ByteBuffer readOnly = ByteBuffer.wrap(bytes, 3, 1_000_000).asReadOnlyBuffer();
    assertThat(toB.<ByteBuffer, RuntimeException>rpcSync(() -> readOnly)).isEqualTo(readOnly);
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      for (Arena arena : List.of(confined, shared)) {
        MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        MemorySegment copy = toB.rpcSync(() -> segment);
        assertThat(copy.isNative()).isTrue();
        assertThat(copy.mismatch(segment)).isEqualTo(-1);
        MemorySegment few = segment.asSlice(5, 5_000);
        assertThat(toB.<Long, RuntimeException>rpcSync(few::byteSize)).isEqualTo(5_000);
      }
    }
    MemorySegment odd = MemorySegment.ofArray(new long[100_000]).asSlice(3, 700_001);
    odd.set(ValueLayout.JAVA_BYTE, 700_000, (byte) 9);
    assertThat(toB.<MemorySegment, RuntimeException>rpcSync(() -> odd).mismatch(odd)).isEqualTo(-1);
  }

  @Test
  void callsOfOneThreadStartInOrderHoweverLargeTheyAre() {
    byte[] large = noise(LARGE);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String n = "n" + i;
      byte[] bytes = i % 3 == 0 ? large : new byte[i * 1000];
      all.add(toB.rpcAsync(() -> started(n, bytes)));
    }
    try (RRef<byte[]> there = toB.remote(() -> large)) {
      assertThat(there.<Integer, RuntimeException>rpcSync(b -> started("last", b)))
          .isEqualTo(LARGE);
    }
    all.forEach(CompletableFuture::join);
    assertThat(STARTED)
        .containsExactly("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "last");
  }

  @Test
  void smallCallsPassBetweenTheChunksOfALargeBuffer() throws Exception {
    byte[] large = noise(64 << 20);
    assertSmallCallsGoBetweenTheChunksOf(() -> started("large", large), large.length);
  }

  @Test
  void smallCallsPassBetweenTheChunksOfALargeGraph() throws Exception {
    List<String> large = words(1_000_000);
    assertSmallCallsGoBetweenTheChunksOf(
        () -> started("large", new byte[large.size()]), large.size());
  }

  private void assertSmallCallsGoBetweenTheChunksOf(
      RemoteCallable<Integer, RuntimeException> large, int result) throws Exception {
    GatedLink link = shutLink();
    CompletableFuture<CompletableFuture<Integer>> sending =
        CompletableFuture.supplyAsync(
            () -> toB.rpcAsync(large), task -> Thread.ofPlatform().start(task));
    eventually(() -> assertThat(link.isHeld()).isTrue());
    for (int i = 0; i < 5; i++) {
      String name = "small" + i;
      CompletableFuture<Integer> small = toB.rpcAsync(() -> started(name, new byte[1]));
      link.permit(2); // the write in progress, and the next one
      assertThat(small.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
    assertThat(sending).isNotDone();
    link.open();
    assertThat(sending.join().join()).isEqualTo(result);
    assertThat(STARTED).containsExactly("small0", "small1", "small2", "small3", "small4", "large");
  }

  @Test
  void aLargeGraphThatTheLinkDoesNotTakeTimesOutAndLeavesNothing() {
    GatedLink link = shutLink();
    List<String> large = words(300_000);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  toB.withTimeout(Duration.ofMillis(200))
                      .rpcSync(() -> started("never", new byte[large.size()])))
          .isInstanceOfSatisfying(
              RpcTimeoutException.class,
              e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED))
          .hasMessageContaining("worker b");
    }
    link.open();
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> large.size())).isEqualTo(300_000);
    assertThat(STARTED).isEmpty();
  }

  @Test
  void largeCallsOfManyThreadsShareTheLink() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    byte[] large = noise(LARGE / 4);
    for (int i = 0; i < 60; i++) {
      int size = LARGE / 4 - i;
      all.add(
          CompletableFuture.supplyAsync(
              () -> toB.rpcSync(() -> Arrays.hashCode(Arrays.copyOf(large, size))),
              i % 2 == 0
                  ? task -> Thread.ofPlatform().start(task)
                  : task -> Thread.ofVirtual().start(task)));
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).join()).isEqualTo(Arrays.hashCode(Arrays.copyOf(large, LARGE / 4 - i)));
    }
  }

  @Test
  void aLargeCallThatTheLinkDoesNotTakeTimesOutAndLeavesNothing() {
    GatedLink link = shutLink();
    byte[] large = noise(LARGE);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () -> toB.withTimeout(Duration.ofMillis(50)).rpcSync(() -> started("never", large)))
          .isInstanceOfSatisfying(
              RpcTimeoutException.class,
              e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED))
          .hasMessageContaining("worker b");
    }
    CompletableFuture<Integer> late =
        toB.withTimeout(Duration.ofMillis(50)).rpcAsync(() -> started("never", large));
    assertThat(catchThrowable(late::join)).hasCauseInstanceOf(RpcTimeoutException.class);
    link.open();
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> started("next", large)))
        .isEqualTo(LARGE);
    assertThat(STARTED).containsExactly("next");
  }

  @Test
  void moreSendersThanStreamsMeetTheirDeadlinesToo() {
    GatedLink link = shutLink();
    byte[] large = noise(LARGE);
    List<CompletableFuture<Throwable>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowable(
                      () ->
                          toB.withTimeout(Duration.ofMillis(100))
                              .rpcSync(() -> started("never", large))),
              task -> Thread.ofPlatform().start(task)));
    }
    all.forEach(each -> assertThat(each.join()).isInstanceOf(RpcTimeoutException.class));
    link.open();
    for (int i = 0; i < 40; i++) {
      assertThat(toB.<Integer, RuntimeException>rpcSync(() -> started("next", large)))
          .isEqualTo(LARGE);
    }
    assertThat(STARTED).hasSize(40).containsOnly("next");
  }

  @Test
  void anInterruptEndsASyncCallThatTheLinkDoesNotTake() throws Exception {
    GatedLink link = shutLink();
    byte[] large = noise(LARGE);
    AtomicReference<Throwable> caught = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  caught.set(catchThrowable(() -> toB.rpcSync(() -> started("never", large))));
                  flag.set(Thread.currentThread().isInterrupted());
                });
    eventually(() -> assertThat(link.isHeld()).isTrue());
    sender.interrupt();
    sender.join();
    assertThat(caught.get())
        .isInstanceOfSatisfying(
            RpcCancelledException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
    assertThat(flag.get()).isTrue();
    link.open();
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> started("next", large)))
        .isEqualTo(LARGE);
    assertThat(STARTED).containsExactly("next");
  }

  @Test
  void aCutInTheMiddleOfALargeCallEndsTheCall() throws Exception {
    GatedLink link = shutLink();
    byte[] large = noise(LARGE);
    AtomicReference<Throwable> caught = new AtomicReference<>();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> caught.set(catchThrowable(() -> toB.rpcSync(() -> started("never", large)))));
    eventually(() -> assertThat(link.isHeld()).isTrue());
    link.permit(3);
    eventually(() -> assertThat(link.isHeld()).isTrue());
    link.close();
    sender.join();
    assertThat(caught.get())
        .isInstanceOfSatisfying(
            WorkerLostException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
    assertThat(STARTED).isEmpty();
  }

  @Test
  void memoryThatCannotBeReadAnyMoreFailsTheCallAndNotTheConnection() {
    MemorySegment closed;
    try (Arena arena = Arena.ofShared()) {
      closed = arena.allocate(LARGE);
    }
    assertThatThrownBy(() -> toB.rpcSync(() -> closed.byteSize()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("arena");
    assertThatThrownBy(
            () ->
                toB.<MemorySegment, RuntimeException>rpcSync(
                    () -> {
                      try (Arena arena = Arena.ofConfined()) {
                        return arena.allocate(LARGE);
                      }
                    }))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("arena");
    assertThat(toB.<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
  }
}
