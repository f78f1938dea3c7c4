package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread of a worker ends by an error: nobody waits for what it should have done. */
@Timeout(60)
class BrokenWorkerTest {
  /** Ways for a thread of a worker to die, by the name of the thread. */
  private static final Map<String, BiConsumer<LocalWorker, Error>> DEATHS =
      Map.of(
          "farref-a-read-",
          (worker, error) -> worker.threads().write(() -> dieBy(error)),
          "farref-a-call-",
          (worker, error) -> worker.threads().call(() -> dieBy(error)),
          "farref-a-platform",
          (worker, error) -> worker.threads().platform("platform", () -> dieBy(error)).start(),
          "farref-a-group-watch",
          (worker, error) -> tell("farref-a-group-watch", error),
          "farref-a-group-tell",
          (worker, error) -> tell("farref-a-group-tell", error),
          "farref-a-watchdog",
          (worker, error) -> tell("farref-a-watchdog", error),
          "farref-a-deadlines",
          (worker, error) -> tell("farref-a-deadlines", error),
          "farref-a-collector",
          (worker, error) -> tell("farref-a-collector", error),
          "farref-a-accept-tcp",
          (worker, error) -> tell("farref-a-accept-tcp", error));

  private Worker a;
  private Worker b;

  private static final class InjectedError extends Error {
    private static final long serialVersionUID = 1L;

    InjectedError() {
      super("injected");
    }
  }

  private static void dieBy(Error error) {
    throw error;
  }

  /** Does what the JVM does when a thread ends by an error. */
  private static void tell(String name, Error error) {
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no thread " + name));
    thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
  }

  static Stream<String> threads() {
    return DEATHS.keySet().stream().sorted();
  }

  @BeforeEach
  void join() {
    String place = "mem://" + UUID.randomUUID();
    List<CompletableFuture<Worker>> joining =
        Stream.of("a", "b")
            .map(
                name ->
                    CompletableFuture.supplyAsync(
                        () -> join(name, place), Thread::startVirtualThread))
            .toList();
    a = joining.getFirst().join();
    b = joining.getLast().join();
    Awaitility.await().until(() -> a.peers().size() == 2 && b.peers().size() == 2);
  }

  private static Worker join(String name, String place) {
    return Worker.builder()
        .name(name)
        .rendezvous(place)
        .joinTimeout(Duration.ofSeconds(30))
        .rpcTimeout(Duration.ZERO)
        .join();
  }

  @AfterEach
  void close() {
    Gate.open();
    a.closeNow();
    b.closeNow();
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .noneMatch(
                        name ->
                            (name.startsWith("farref-a-") || name.startsWith("farref-b-"))
                                && !name.contains("-read-")
                                && !name.contains("-group-tell")));
  }

  /** What the calls of a test wait for. */
  private static final class Gate {
    private static volatile CountDownLatch present = new CountDownLatch(1);

    static void shut() {
      present = new CountDownLatch(1);
    }

    static void open() {
      present.countDown();
    }

    static int pass() throws InterruptedException {
      present.await();
      return 1;
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aThreadThatEndsByAnErrorClosesTheWorkerAndEveryCallSaysWhy(String name) {
    Gate.shut();
    Peer toB = a.peer("b");
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    CompletableFuture<Integer> waiting = toB.rpcAsync(Gate::pass);
    CompletableFuture<Integer> ofTheOther = b.peer("a").rpcAsync(Gate::pass);
    Awaitility.await().until(() -> a.stats().callsPending() == 1 && a.stats().callsRunning() == 1);

    DEATHS.get(name).accept((LocalWorker) a, new InjectedError());

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            WorkerClosedException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.MAYBE_EXECUTED))
        .hasMessageContaining("worker a is closed: its thread " + name)
        .hasMessageContaining("failed: " + InjectedError.class.getName() + ": injected")
        .hasCauseInstanceOf(InjectedError.class);
    assertThatThrownBy(() -> ofTheOther.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(WorkerLostException.class);
    Awaitility.await().until(a::isClosed);
    assertThatThrownBy(() -> toB.rpcSync(() -> 2))
        .isInstanceOf(WorkerClosedException.class)
        .hasMessageContaining("its thread " + name);
    assertThatThrownBy(() -> a.rref("value"))
        .isInstanceOf(WorkerClosedException.class)
        .hasMessageContaining("its thread " + name);
    a.close();
    assertThat(b.peer("b").rpcSync(() -> 3)).isEqualTo(3);
  }
}
