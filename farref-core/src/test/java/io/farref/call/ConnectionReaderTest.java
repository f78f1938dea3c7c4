package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RemoteCallable;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.server.ServerConnection;
import io.farref.exec.ReaderThread;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.ConnectionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which thread reads a connection: two ends of one, without a worker. */
class ConnectionReaderTest {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Set<Thread> READERS = ConcurrentHashMap.newKeySet();
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile CountDownLatch entered = new CountDownLatch(1);

  /** The side that calls and the side that serves, to be called from functions, too. */
  private static volatile @Nullable ClientConnection backwards;

  private final List<Side> sides = new ArrayList<>();
  private ClientConnection client;
  private ServerConnection server;

  @BeforeEach
  void connect() {
    gate = new CountDownLatch(1);
    entered = new CountDownLatch(1);
    READERS.clear();
    Side caller = Side.of("caller");
    Side callee = Side.of("callee");
    sides.add(caller);
    sides.add(callee);
    client = connection(caller, callee);
    backwards = connection(callee, caller);
  }

  private ClientConnection connection(Side from, Side to) {
    Link[] ends = InProcessTransport.pair();
    server = new ServerConnection(to.runtime(), 2, (connection, orderly, cause) -> {});
    server.start(new EstablishedLink(ends[1], 0, ConnectionSettings.UNKNOWN));
    ClientConnection dialing =
        new ClientConnection(from.runtime(), 2, (connection, orderly, cause) -> {});
    dialing.start(() -> new EstablishedLink(ends[0], 0, ConnectionSettings.UNKNOWN));
    return dialing;
  }

  @AfterEach
  void end() {
    gate.countDown();
    client.fail(new java.io.EOFException("the test ends"));
    ClientConnection other = backwards;
    if (other != null) {
      other.fail(new java.io.EOFException("the test ends"));
    }
    sides.forEach(Side::stop);
  }

  private static <R> PendingCall<R> call(
      ClientConnection connection, RemoteCallable<R, ?> function) {
    return connection.call(Request.onWorker(function, 0, TimeUnit.SECONDS.toNanos(30)));
  }

  private static boolean isReader() {
    return Thread.currentThread() instanceof ReaderThread;
  }

  @Test
  void aFastFunctionRunsOnTheThreadThatReads() throws Exception {
    assertThat(call(client, ConnectionReaderTest::isReader).get()).isTrue();
  }

  @Test
  void aFunctionThatBlocksLosesTheReadLeaseAndTheNextFrameOfTheConnectionIsServed()
      throws Exception {
    PendingCall<Integer> blocked = call(client, ConnectionReaderTest::block);
    entered.await();
    for (int i = 0; i < 10; i++) {
      int n = i;
      assertThat(call(client, () -> n).get()).isEqualTo(n);
    }
    assertThat(blocked).isNotDone();
    gate.countDown();
    assertThat(blocked.get()).isEqualTo(1);
  }

  private static int block() throws InterruptedException {
    READERS.add(Thread.currentThread());
    entered.countDown();
    gate.await();
    return 1;
  }

  @Test
  void aFunctionThatWasFoundSlowRunsOnVirtualThreadsTheNextTimes() throws Exception {
    PendingCall<Integer> first = call(client, ConnectionReaderTest::block);
    entered.await();
    call(client, () -> 0).get(); // the lease was revoked
    List<CompletableFuture<Integer>> more = new ArrayList<>();
    entered = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      more.add(same(client));
    }
    entered.await();
    gate.countDown();
    first.get();
    for (CompletableFuture<Integer> each : more) {
      each.get();
    }
    assertThat(READERS).hasSizeGreaterThanOrEqualTo(20);
    assertThat(READERS.stream().filter(each -> !each.isVirtual())).hasSizeLessThanOrEqualTo(2);
  }

  private static PendingCall<Integer> same(ClientConnection connection) {
    return call(connection, ConnectionReaderTest::block);
  }

  @Test
  void aNestedCallGivesUpTheReadLeaseAtOnceSoThatTheConnectionIsReadMeanwhile() throws Exception {
    PendingCall<Integer> outer =
        call(
            client,
            () -> {
              ClientConnection back = backwards;
              entered.countDown();
              return ConnectionReaderTest.<Integer>waitFor(
                      call(back, ConnectionReaderTest::awaitGate))
                  + 1;
            });
    entered.await();
    assertThat(call(client, () -> 7).get()).isEqualTo(7);
    gate.countDown();
    assertThat(outer.get()).isEqualTo(6);
  }

  private static <R> R waitFor(PendingCall<R> call) {
    return call.<RuntimeException>await();
  }

  private static int awaitGate() throws InterruptedException {
    gate.await();
    return 5;
  }

  @Test
  void callsOfOneThreadBeginInTheirOrder() throws Exception {
    next(client).get(); // the first links the function, which takes its time
    List<PendingCall<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(next(client));
    }
    int late = 0; // a thread that gets no processor for long; disorder would show in many
    for (int i = 1; i < all.size(); i++) {
      late += all.get(i).get() > all.get(i - 1).get() ? 0 : 1;
    }
    assertThat(late).isLessThan(20);
  }

  private static PendingCall<Integer> next(ClientConnection connection) {
    return call(connection, () -> NEXT.incrementAndGet());
  }
}
