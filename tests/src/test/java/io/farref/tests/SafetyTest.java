package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import foreign.Foreign;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.spi.WorkerProvider;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Issue 2, Safety from the first day. */
@ExtendWith(NoLeaks.class)
class SafetyTest {
  private static volatile CountDownLatch gate = new CountDownLatch(1);

  private final List<LocalGroup> groups = new ArrayList<>();

  @AfterEach
  void leave() {
    gate.countDown();
    groups.forEach(LocalGroup::closeNow);
  }

  private LocalGroup start(LocalGroup.Builder builder) {
    LocalGroup group = builder.start("a", "b");
    groups.add(group);
    return group;
  }

  /** A group whose workers are configured each in its own way, by rank. */
  private LocalGroup start(BiConsumer<Integer, Worker.Builder> configure) {
    AtomicInteger rank = new AtomicInteger();
    return start(
        LocalGroup.builder().configure(worker -> configure.accept(rank.getAndIncrement(), worker)));
  }

  private static Peer toB(LocalGroup group) {
    return group.worker("a").peer("b");
  }

  // ---- the allow-list

  @Test
  void aClassOfAnotherPackageIsRefusedBeforeItLeaves() {
    Peer toB = toB(start((rank, worker) -> {}));
    Object foreigner = new Foreign(1);
    assertThatThrownBy(() -> toB.rpcSync(() -> foreigner.hashCode()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContainingAll("foreign.Foreign", ".allow(\"foreign\")");
    assertThatThrownBy(() -> toB.rpcSync(() -> new Foreign(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageContaining("foreign.Foreign");
  }

  @Test
  void whatIsAllowedOnBothSidesTravels() {
    Peer toB = toB(start((rank, worker) -> worker.allow("foreign")));
    Foreign foreigner = new Foreign(6);
    assertThat(toB.<Foreign, RuntimeException>rpcSync(() -> foreigner).n()).isEqualTo(6);
    assertThat(toB.rpcSync(Foreign.function())).isEqualTo(1);
  }

  @Test
  void theReceiverRefusesWhatOnlyTheSenderAllows() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 0) {
                    worker.allow("foreign");
                  }
                }));
    Object foreigner = new Foreign(1);
    assertThatThrownBy(() -> toB.rpcSync(() -> foreigner.hashCode()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("foreign.Foreign");
    assertThatThrownBy(() -> toB.rpcSync(Foreign.function()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("foreign.Foreign");
    try (RRef<Integer> there = toB.remote(Foreign.function())) {
      assertThatThrownBy(there::toHere).isInstanceOf(RefusedException.class);
    }
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void theCallerRefusesAResultThatOnlyTheCalleeAllows() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 1) {
                    worker.allow("foreign");
                  }
                }));
    assertThatThrownBy(() -> toB.rpcSync(() -> new Foreign(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageContaining("foreign.Foreign");
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  /** Has its own copies of the classes of the tests, and remembers which were asked for. */
  private static final class RecordingLoader extends ClassLoader {
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    RecordingLoader() {
      super(SafetyTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      if (!name.startsWith("io.farref.tests.") && !name.startsWith("foreign.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void theCheckComesBeforeTheClassIsLoaded() throws Exception {
    RecordingLoader loader = new RecordingLoader();
    String rendezvous = "mem://" + UUID.randomUUID();
    InProcessTransport transport = new InProcessTransport();
    CompletableFuture<Worker> joining =
        CompletableFuture.supplyAsync(
            WorkerProvider.get()
                    .builder(SafetyTest.class)
                    .name("a")
                    .rank(0)
                    .worldSize(2)
                    .transport(transport)
                    .rendezvous(rendezvous)
                    .allow("foreign")
                ::join,
            task -> Thread.ofPlatform().start(task));
    Worker b =
        WorkerProvider.get()
            .builder(loader.loadClass(Shipped.class.getName()))
            .name("b")
            .rank(1)
            .worldSize(2)
            .transport(transport)
            .rendezvous(rendezvous)
            .join();
    Worker a = joining.get();
    try {
      assertThatThrownBy(() -> a.peer("b").rpcSync(Shipped.hashOf(new Foreign(1))))
          .isInstanceOf(RefusedException.class);
      assertThat(loader.asked).doesNotContain("foreign.Foreign");
      assertThat(a.peer("b").rpcSync(Shipped.loader()))
          .as("the other side does load by that loader")
          .isEqualTo(RecordingLoader.class.getName());
    } finally {
      b.closeNow();
      a.closeNow();
    }
  }

  /** Names nothing foreign. */
  static final class Shipped {
    private Shipped() {}

    static RemoteCallable<Integer, RuntimeException> hashOf(Object any) {
      return () -> any.hashCode();
    }

    static RemoteCallable<String, RuntimeException> loader() {
      return () -> Shipped.class.getClassLoader().getClass().getName();
    }
  }

  // ---- limits

  private static Limits limits(int attachments, int references, int elements, int symbols) {
    Limits d = Limits.DEFAULT;
    return new Limits(
        d.maxMessageBytes(),
        d.maxAttachmentBytes(),
        attachments,
        references,
        d.maxDepth(),
        elements,
        symbols,
        d.maxPendingCalls(),
        d.maxPendingBytes(),
        d.maxQueuedBytes(),
        d.maxConnections(),
        d.maxReferencesHeld());
  }

  private static void assertRefused(Throwable thrown, String limit, int max, Execution ran) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(ran))
        .hasMessageContainingAll("limit " + limit + " is " + max);
  }

  @Test
  void aMessageLargerThanTheLimitIsRefusedByNameValueAndSize() {
    Limits small = Limits.DEFAULT.withMaxMessageBytes(10_000);
    Peer toB = toB(start((rank, worker) -> worker.limits(small)));
    String large = "x".repeat(20_000);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> large.length())),
        "maxMessageBytes",
        10_000,
        Execution.NOT_EXECUTED);
    assertThat(catchThrowable(() -> toB.rpcSync(() -> large.length())))
        .hasMessageMatching("(?s).*got 20\\d\\d\\d.*");
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> "y".repeat(20_000))),
        "maxMessageBytes",
        10_000,
        Execution.EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void aGraphDeeperThanTheLimitIsRefused() {
    Peer toB = toB(start((rank, worker) -> worker.limits(Limits.DEFAULT.withMaxDepth(50))));
    List<Object> deep = List.of();
    for (int i = 0; i < 100; i++) {
      deep = List.of(deep);
    }
    Object sent = deep;
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> sent.hashCode())),
        "maxDepth",
        50,
        Execution.NOT_EXECUTED);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> nest(100))), "maxDepth", 50, Execution.EXECUTED);
    assertThat(toB.rpcSync(() -> nest(10))).isNotNull();
  }

  private static List<Object> nest(int depth) {
    return depth == 0 ? List.of() : List.of(nest(depth - 1));
  }

  @Test
  void theReceiverHasItsOwnLimitOfDepth() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 1) {
                    worker.limits(Limits.DEFAULT.withMaxDepth(50));
                  }
                }));
    Object sent = nest(100);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> sent.hashCode())),
        "maxDepth",
        50,
        Execution.NOT_EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreUnansweredCallsThanTheLimitAreRefusedAndTheOthersGoOn() {
    gate = new CountDownLatch(1);
    Peer toB =
        toB(
            start(
                (rank, worker) ->
                    worker
                        .limits(Limits.DEFAULT.withMaxPendingCalls(10))
                        .onOverload(Overload.REFUSE)));
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(toB.runAsync(() -> gate.await()));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> 1)), "maxPendingCalls", 10, Execution.NOT_EXECUTED);
    try (RRef<Integer> refused = toB.remote(() -> 1)) {
      assertThatThrownBy(refused::toHere).isInstanceOf(RefusedException.class);
    }
    gate.countDown();
    all.forEach(CompletableFuture::join);
    TwoWorkers.eventually(() -> assertThat(toB.rpcSync(() -> 1)).isEqualTo(1));
  }

  @Test
  void tablesOverALimitAreRefusedBeforeTheyLeave() {
    LocalGroup group =
        start((rank, worker) -> worker.limits(limits(2, 3, Integer.MAX_VALUE - 16, 1 << 16)));
    Peer toB = toB(group);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      buffers.add(ByteBuffer.allocate(1 << 20));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> buffers.size())),
        "maxAttachments",
        2,
        Execution.NOT_EXECUTED);
    List<RRef<Integer>> references = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      references.add(group.worker("a").rref(i));
    }
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> references.size())),
        "maxReferences",
        3,
        Execution.NOT_EXECUTED);
    references.forEach(RRef::close);
    TwoWorkers.assertQuiet(group.worker("a"));
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreElementsThanTheLimitAreRefused() {
    Peer toB = toB(start((rank, worker) -> worker.limits(limits(10, 10, 1_000, 1 << 16))));
    List<Integer> many = Collections.nCopies(2_000, 1);
    List<Integer> copied = new ArrayList<>(many);
    assertRefused(
        catchThrowable(() -> toB.rpcSync(() -> copied.size())),
        "maxElements",
        1_000,
        Execution.NOT_EXECUTED);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void moreNamesThanTheLimitAreRefusedAndKnownOnesGoOn() {
    Peer toB = toB(start((rank, worker) -> worker.limits(limits(10, 10, 1_000, 2))));
    assertThat(one(toB)).isEqualTo(1);
    Throwable thrown =
        catchThrowable(
            () -> {
              toB.rpcSync(() -> 2);
              toB.rpcSync(() -> 3);
              toB.rpcSync(() -> 4);
            });
    assertRefused(thrown, "maxSymbols", 2, Execution.NOT_EXECUTED);
    assertThat(one(toB)).isEqualTo(1);
  }

  private static int one(Peer peer) {
    return peer.rpcSync(() -> 1);
  }

  // ---- the port

  @Test
  void aWorkerListensOnLoopbackUnlessToldOtherwise() {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    start(LocalGroup.builder().transport(spy));
    assertThat(spy.addresses).hasSize(2).allMatch(each -> each.startsWith("127.0.0.1:"));
  }

  @Test
  void listeningElsewhereWithoutASecretIsRefusedInOneSentence() {
    for (String address : List.of("0.0.0.0:0", "[::]:0")) {
      assertThatThrownBy(() -> Worker.builder().name("x").listen(address).join().closeNow())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("secret", "FARREF_SECRET", "127.0.0.1");
    }
    Worker guarded = Worker.builder().name("x").listen("0.0.0.0:0").secret("s").join();
    assertThat(guarded.self().rpcSync(() -> 1)).isEqualTo(1);
    guarded.closeNow();
  }

  @Test
  void workersWithAnotherSecretAreRefused() {
    LocalGroup group = start((rank, worker) -> worker.secret(rank == 0 ? "one" : "other"));
    assertThatThrownBy(() -> toB(group).rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .isInstanceOfSatisfying(RpcException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("secret");
  }

  @Test
  void aWorkerWithoutTheSecretIsRefused() {
    LocalGroup group =
        start(
            (rank, worker) -> {
              if (rank == 1) {
                worker.secret("b knows it");
              }
            });
    assertThatThrownBy(() -> toB(group).rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("secret");
  }

  @Test
  void workersWithTheSameSecretMeet() {
    assertThat(toB(start((rank, worker) -> worker.secret("shared"))).rpcSync(() -> 1)).isOne();
  }

  private static Socket connect(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    socket.connect(
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
        5_000);
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void assertHungUp(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // a REJECT may come before the end
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the worker did not hang up", e);
    } catch (IOException e) {
      assertThat(e).as("reset is an end, too").hasMessageContaining("reset");
    }
  }

  @Test
  void garbageOnThePortCostsThatConnectionOnly() throws Exception {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group = start(LocalGroup.builder().transport(spy));
    Peer toB = toB(group);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> garbage = new ArrayList<>();
    garbage.add("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    garbage.add(new byte[] {-1, -1, -1, 127, 1});
    garbage.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0});
    garbage.add(new byte[] {1, 0, 0, 0, 9});
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[5_000 + random.nextInt(5_000)];
      random.nextBytes(bytes);
      garbage.add(bytes);
    }
    for (String address : spy.addresses) {
      for (byte[] each : garbage) {
        try (Socket socket = connect(address)) {
          OutputStream out = socket.getOutputStream();
          out.write(each);
          out.flush();
          assertHungUp(socket);
        } catch (IOException e) {
          assertThat(e).as("seed " + seed).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
        assertThat(toB.rpcSync(() -> 1)).as("seed " + seed).isEqualTo(1);
      }
    }
    group.workers().forEach(TwoWorkers::assertQuiet);
  }

  @Test
  void halfOpenHandshakesHoldUpNobodyAndEndWithTheWorker() throws Exception {
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group = start(LocalGroup.builder().transport(spy));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = connect(spy.addresses.get(1));
        sockets.add(socket);
        if (i % 2 == 0) {
          socket.getOutputStream().write(new byte[] {60, 0, 0}); // and no more
        }
      }
      assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
      group.closeNow();
      sockets.forEach(SafetyTest::assertHungUp);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  @Test
  void moreConnectionsThanTheLimitAreTurnedAway() throws Exception {
    Limits d = Limits.DEFAULT;
    Limits few =
        new Limits(
            d.maxMessageBytes(),
            d.maxAttachmentBytes(),
            d.maxAttachments(),
            d.maxReferences(),
            d.maxDepth(),
            d.maxElements(),
            d.maxSymbols(),
            d.maxPendingCalls(),
            d.maxPendingBytes(),
            d.maxQueuedBytes(),
            5,
            d.maxReferencesHeld());
    SpyingTransport spy = new SpyingTransport(new TcpTransport());
    LocalGroup group =
        start(LocalGroup.builder().transport(spy).configure(worker -> worker.limits(few)));
    assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        sockets.add(connect(spy.addresses.get(1)));
      }
      assertHungUp(sockets.getLast());
      assertThat(toB(group).rpcSync(() -> 1)).isEqualTo(1);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  @Test
  void anAcceptThatFailsIsFollowedByTheNext() {
    SpyingTransport spy = new SpyingTransport(new InProcessTransport());
    LocalGroup group = LocalGroup.builder().transport(spy).start("a", "b", "c");
    groups.add(group);
    spy.failAccepts(1);
    assertThat(catchThrowable(() -> toB(group).rpcSync(() -> 1))).isInstanceOf(RpcException.class);
    assertThat(group.worker("c").peer("b").rpcSync(() -> 1)).isEqualTo(1);
  }
}
