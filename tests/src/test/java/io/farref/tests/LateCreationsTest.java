package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.FaultyNetwork;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A creation that the network holds up for longer than its time limit. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class LateCreationsTest {
  private static final Duration SHORT = Duration.ofMillis(30);

  private final FaultyNetwork network = FaultyNetwork.over(new InProcessTransport());
  private final LocalGroup group = LocalGroup.builder().network(network).start("a", "b", "c");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final Peer toB = a.peer("b");
  private final Peer toC = a.peer("c");
  private final Queue<WorkerLostException> told = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void connect() {
    Gates.reset();
    Resource.reset();
    int unused = toB.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1));
    int unusedToo = toC.rpcSync(() -> Worker.current().peer("b").rpcSync(() -> 1));
  }

  @AfterEach
  void close() {
    network.everywhere().release();
    Gates.reset();
    Groups.closeEmpty(group);
  }

  private static void assertTimeout(Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    assertThat(cause)
        .isInstanceOfSatisfying(
            RpcTimeoutException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED))
        .hasMessageContainingAll("was not created", "worker b");
  }

  private RRef<Resource> createLate() {
    RRef<Resource> late = toB.withTimeout(SHORT).remote(() -> new Resource("late"));
    late.onLost(told::add);
    Groups.eventually("its limit has passed", () -> told.size() == 1);
    assertThat(told.peek()).hasMessageContaining("was not created");
    return late;
  }

  private void assertEveryUseTimesOut(RRef<Resource> late) {
    assertTimeout(catchThrowable(late::toHere));
    assertTimeout(catchThrowable(() -> late.rpcSync(Resource::name)));
    assertTimeout(catchThrowable(() -> late.rpcAsync(Resource::name).join()));
    assertTimeout(catchThrowable(() -> late.call("name")));
    try (RRef<String> chained = late.remote(Resource::name)) {
      assertTimeout(catchThrowable(chained::toHere));
    }
    assertTimeout(catchThrowable(() -> toC.rpcSync(() -> late.rpcSync(Resource::name))));
    assertTimeout(catchThrowable(() -> toC.rpcAsync(() -> late.toHere()).join()));
  }

  @Test
  void everyUseOfAValueWhoseCreationIsHeldUpPastItsLimitTimesOutAndTheValueDoesNotStay() {
    network.path("a", "b").hold();
    RRef<Resource> late = createLate();
    assertEveryUseTimesOut(late);
    network.path("a", "b").release();
    Groups.eventually("what came late is freed", () -> Resource.freed().equals(List.of("late")));
    assertThat(b.stats().valuesOwned()).isZero();
    assertEveryUseTimesOut(late);
    late.close();
  }

  @Test
  void aValueWhoseConfirmationIsHeldUpPastTheLimitDoesNotStayEither() {
    network.path("b", "a").hold();
    RRef<Resource> late = createLate();
    assertThat(b.stats().callsServed()).isPositive();
    assertTimeout(catchThrowable(() -> late.rpcSync(Resource::name)));
    Groups.eventually("freed", () -> Resource.freed().equals(List.of("late")));
    network.path("b", "a").release();
    assertEveryUseTimesOut(late);
    late.close();
  }

  @Test
  void aCreationThatWasConfirmedInTimeOutlivesItsLimit() {
    RRef<Resource> inTime =
        toB.withTimeout(Duration.ofMillis(500)).remote(() -> new Resource("in time"));
    inTime.onLost(told::add);
    Groups.eventually("confirmed", inTime::isConfirmed);
    network.path("a", "b").hold();
    RRef<Resource> late =
        toB.withTimeout(Duration.ofMillis(500)).remote(() -> new Resource("late"));
    late.onLost(told::add);
    Groups.eventually("the limit of both has passed", () -> !told.isEmpty());
    network.path("a", "b").release();
    assertThat(inTime.rpcSync(Resource::name)).isEqualTo("in time");
    assertThat(told).hasSize(1);
    inTime.close();
    late.close();
  }

  @Test
  void aReferenceThatWasClosedBeforeItsLimitIsForgotten() {
    network.path("a", "b").hold();
    toB.withTimeout(SHORT).remote(() -> new Resource("closed")).close();
    RRef<Resource> late = createLate(); // so the limit of the first has passed, too
    network.path("a", "b").release();
    Groups.eventually("both are freed", () -> Resource.freed().size() == 2);
    late.close();
  }

  @Test
  void whoWasGivenTheReferenceBeforeTheLimitPassedMayStillUseTheValue() {
    network.path("a", "b").hold();
    RRef<Resource> late = toB.withTimeout(SHORT).remote(() -> new Resource("late"));
    CompletableFuture<String> name = toC.rpcAsync(() -> late.rpcSync(Resource::name));
    Groups.eventually("c's call waits at b", () -> b.stats().callsRunning() == 1);
    late.onLost(told::add);
    Groups.eventually("its limit has passed", () -> told.size() == 1);
    network.path("a", "b").release();
    assertThat(name.join()).isEqualTo("late");
    assertTimeout(catchThrowable(() -> late.rpcSync(Resource::name)));
    late.close();
    Groups.eventuallyWithGc("freed", () -> Resource.freed().equals(List.of("late")));
  }
}
