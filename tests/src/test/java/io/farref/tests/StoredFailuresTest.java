package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteFailureException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownPeerException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The failure of a creation is stored and thrown again by each use of the reference. It then tells
 * how far that use got, which is nowhere, and not how far the creation got.
 */
class StoredFailuresTest extends TwoWorkers {
  private static final AtomicInteger USES = new AtomicInteger();

  /** How a use elsewhere ended. */
  private static volatile CompletableFuture<@Nullable RpcException> ended =
      new CompletableFuture<>();

  private final FaultyNetwork net = FaultyNetwork.over(new InProcessTransport());

  @Override
  LocalGroup start() {
    return LocalGroup.builder()
        .network(net)
        .configure(worker -> worker.authorize(access -> !access.method().equals("forbidden")))
        .start("a", "b", "c");
  }

  @BeforeEach
  void reset() {
    Gates.reset();
    USES.set(0);
  }

  @AfterEach
  void open() {
    Gates.reset();
    net.everywhere().release();
  }

  /** Cannot travel: its only constructor and a field of it need a thread. */
  private static final class Unsendable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unused") // makes it unsendable
    private final transient Object none = null;

    @SuppressWarnings("serial") // the point
    private final Thread thread = Thread.currentThread();

    Unsendable(String message) {
      super(message);
    }
  }

  private static int forbidden() {
    return 1;
  }

  private static int use(Object value) {
    return USES.incrementAndGet();
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(future::join);
    return failure instanceof CompletionException e ? e.getCause() : failure;
  }

  private static void assertNotExecuted(Class<? extends RpcException> type, Throwable failure) {
    assertThat(failure).isInstanceOf(type);
    assertThat(((RpcException) failure).execution())
        .as(failure.toString())
        .isEqualTo(Execution.NOT_EXECUTED);
  }

  /** Every kind of use of the reference fails with this kind of failure, and did not run. */
  private void assertNoUseRuns(RRef<?> dead, Class<? extends RpcException> type) {
    assertNotExecuted(type, catchThrowable(dead::toHere));
    assertNotExecuted(type, catchThrowable(() -> dead.rpcSync(x -> use(x))));
    assertNotExecuted(type, catchThrowable(() -> dead.runSync(x -> use(x))));
    assertNotExecuted(type, catchThrowable(() -> dead.call("intValue")));
    assertNotExecuted(type, failureOf(dead.callAsync("intValue")));
    CompletableFuture<Integer> async;
    try {
      async = dead.rpcAsync(x -> use(x));
    } catch (RuntimeException e) {
      async = CompletableFuture.failedFuture(e);
    }
    assertNotExecuted(type, failureOf(async));
    CompletableFuture<Integer> composed =
        dead.rpcCompose(x -> CompletableFuture.completedFuture(use(x)));
    assertNotExecuted(type, failureOf(composed));
    try (RRef<Integer> chained = dead.remote(x -> use(x))) {
      assertNotExecuted(type, catchThrowable(chained::toHere));
      assertNotExecuted(type, catchThrowable(() -> chained.rpcSync(x -> use(x))));
    }
    Throwable first = catchThrowable(() -> dead.rpcSync(x -> use(x)));
    first.addSuppressed(new IllegalStateException("added by the program"));
    assertThat(catchThrowable(() -> dead.rpcSync(x -> use(x))))
        .as("each use has an exception of its own")
        .isNotSameAs(first)
        .hasNoSuppressedExceptions();
    assertThat(USES).hasValue(0);
  }

  @Test
  void aUseOfAValueWhoseCreationTheAuthorizerRefusedWasNotExecuted() {
    try (RRef<Integer> dead = toB.remote(StoredFailuresTest::forbidden)) {
      assertNoUseRuns(dead, RefusedException.class);
    }
  }

  @Test
  void aUseOfAValueWhoseCreationFailedInACallOfItsOwnWasNotExecuted() {
    try (RRef<String> dead = toB.remote(() -> Worker.current().peer("nobody").name())) {
      assertNoUseRuns(dead, UnknownPeerException.class);
    }
  }

  @Test
  void aUseOfAValueWhoseCreationTimedOutAtItsOwnerWasNotExecuted() {
    try (RRef<Integer> dead =
        toB.withTimeout(Duration.ofMillis(20))
            .remote(
                () -> {
                  Gates.pass("late");
                  return 1;
                })) {
      assertNoUseRuns(dead, RpcTimeoutException.class);
      Gates.open("late");
    }
  }

  @Test
  void aUseOfAValueWhoseCreationThrewWhatCannotBeRebuiltHereWasNotExecuted() {
    try (RRef<Integer> dead =
        toB.remote(
            () -> {
              throw new Unsendable("no");
            })) {
      for (Throwable failure :
          new Throwable[] {
            catchThrowable(dead::toHere), catchThrowable(() -> dead.rpcSync(x -> use(x)))
          }) {
        assertNotExecuted(RemoteFailureException.class, failure);
        assertThat(((RemoteFailureException) failure).remoteMessage()).isEqualTo("no");
        assertThat(((RemoteFailureException) failure).remoteStackTrace()).contains("Unsendable");
      }
    }
    assertThat(USES).hasValue(0);
  }

  @Test
  void aUseOfAValueWhoseCreationThrewAnExceptionOfTheProgramThrowsThatOne() {
    try (RRef<Integer> dead =
        toB.remote(
            () -> {
              throw new IllegalArgumentException("mine");
            })) {
      assertThat(catchThrowable(() -> dead.rpcSync(x -> use(x))))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("mine");
    }
  }

  @Test
  void aUseOfAValueWhoseCreationCouldNotBeSentWasNotExecuted() {
    Thread thread = Thread.currentThread();
    try (RRef<String> dead = toB.remote(() -> thread.getName())) {
      assertNoUseRuns(dead, EncodingException.class);
    }
  }

  @Test
  void aUseByAThirdWorkerAndByTheOwnerWasNotExecutedEither() {
    try (RRef<Integer> dead = toB.remote(StoredFailuresTest::forbidden)) {
      for (String where : new String[] {"c", "b"}) {
        ended = new CompletableFuture<>();
        a.peer(where).runSync(() -> useElsewhere(dead));
        assertNotExecuted(RefusedException.class, ended.join());
      }
    }
    assertThat(USES).hasValue(0);
  }

  private static void useElsewhere(RRef<?> reference) {
    try (reference) {
      if (reference.isOwner()) {
        use(reference.localValue());
      } else {
        reference.runSync(x -> use(x));
      }
      ended.complete(null);
    } catch (RpcException e) {
      ended.complete(e);
    }
  }

  @Test
  void aUseThatWaitedForACreationThatNeverArrivedWasNotExecuted() {
    Peer toC = a.peer("c");
    int unused = toB.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1));
    int unusedToo = toC.rpcSync(() -> Worker.current().peer("b").rpcSync(() -> 1));
    net.path("a", "b").hold();
    RRef<Integer> never = toB.remote(() -> 1);
    ended = new CompletableFuture<>();
    CompletableFuture<Void> passed = toC.runAsync(() -> useElsewhere(never));
    eventually(() -> assertThat(b.stats().callsRunning()).isEqualTo(1));
    net.between("a", "b").cut();
    assertNotExecuted(WorkerLostException.class, ended.join());
    assertThat(ended.join()).hasMessageContaining("before it had created the value");
    passed.join();
    never.close();
    assertThat(USES).hasValue(0);
  }
}
