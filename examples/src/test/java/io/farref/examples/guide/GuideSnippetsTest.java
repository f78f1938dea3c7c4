package io.farref.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Authorizer;
import io.farref.ConnectionInfo;
import io.farref.Deadline;
import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Retry;
import io.farref.Revocable;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each region of this file is a piece of code in docs/guide.md; each test runs it. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GuideSnippetsTest {
  private static void inGroup(Consumer<Worker.Builder> settings, Consumer<Worker> body) {
    try (LocalGroup group = LocalGroup.builder().configure(settings).start("me", "server")) {
      body.accept(group.worker("me"));
    }
  }

  private static void inGroup(Consumer<Worker> body) {
    inGroup(_ -> {}, body);
  }

  @Test
  void aWorkerJoinsByHand(@TempDir Path directory) {
    String rendezvous = directory.toUri().toString();
    // region join
    try (Worker me =
        Worker.builder()
            .name("a") // unique in the group; assigned if left out
            .rank(0) // from 0; assigned if left out
            .worldSize(1) // how many workers to wait for
            .rendezvous(rendezvous) // "tcp://127.0.0.1:4711", "file:///shared/dir"
            .join()) {
      assertThat(me.peers()).hasSize(1);
    }
    // endregion
  }

  @Test
  void anOpenGroupHasNoSize(@TempDir Path directory) {
    String rendezvous = directory.toUri().toString();
    // region open
    try (Worker a = Worker.builder().name("a").rendezvous(rendezvous).join();
        Worker b = Worker.builder().name("b").rendezvous(rendezvous).join()) {
      assertThat(b.peer("a").<Integer, RuntimeException>rpcSync(() -> 1)).isEqualTo(1);
    }
    // endregion
  }

  @Test
  void aCallNeedNotWait() throws Exception {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region async
          CompletableFuture<Integer> one = counter.rpcAsync(c -> c.add(1));
          CompletableFuture<Integer> two = counter.rpcCompose(c -> c.addAsync(1));
          int sum = one.thenCombine(two, Integer::sum).join();
          // endregion
          assertThat(sum).isEqualTo(3);
          counter.close();
        });
  }

  @Test
  void dependentCallsCanBeSentBeforeTheirValuesExist() {
    inGroup(
        me -> {
          Peer server = me.peer("server");
          // region chain
          RRef<Counter> counter = server.remote(Counter::new); // returns at once
          RRef<Counter> copy = counter.remote(Counter::copy); // returns at once
          int value = copy.rpcSync(Counter::get); // waits, for all three
          // endregion
          assertThat(value).isZero();
          counter.close();
          copy.close();
        });
  }

  @Test
  void aCallHasATimeout() {
    inGroup(
        me -> {
          Peer server = me.peer("server");
          // region timeout
          Peer impatient = server.withTimeout(Duration.ofMillis(50));
          assertThatThrownBy(() -> impatient.runSync(() -> new CountDownLatch(1).await()))
              .isInstanceOf(RpcTimeoutException.class);
          // endregion
        });
  }

  @Test
  void aBlockHasADeadline() {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region deadline
          int sum =
              Deadline.within(Duration.ofSeconds(2))
                  .call(
                      () -> {
                        int before = counter.rpcSync(c -> c.get()); // has two seconds
                        return before + counter.rpcSync(c -> c.add(1)); // has what is left
                      });
          // endregion
          assertThat(sum).isEqualTo(1);
          counter.close();
        });
  }

  @Test
  void aCallIsRetried() {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region retry
          Retry policy = Retry.DEFAULT.withAttemptTimeout(Duration.ofSeconds(1));
          int value = counter.retrying(policy).rpcSync(c -> c.add(1)); // adds once
          // endregion
          assertThat(value).isEqualTo(1);
          counter.close();
        });
  }

  @Test
  void aCallerCanBeRefusedInsteadOfDelayed() {
    // region overload
    Consumer<Worker.Builder> settings =
        worker ->
            worker
                .limits(Limits.DEFAULT.withMaxPendingCalls(1_000)) // per caller, at the callee
                .onOverload(Overload.REFUSE); // at the caller; WAIT unless set
    // endregion
    inGroup(settings, me -> me.peer("server").runSync(() -> {}));
  }

  @Test
  void aReferenceIsCalledByInterfaceOrByName() {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region facade
          Counting counting = counter.as(Counting.class);
          int one = counting.add(1);
          CompletableFuture<Integer> two = counting.addAsync(1);
          two.join();
          Object three = counter.call("add", 1);
          // endregion
          assertThat(one).isEqualTo(1);
          assertThat(three).isEqualTo(3);
          try (RRef<Counter> copy = counting.copy()) {
            assertThat(copy.<Integer, RuntimeException>rpcSync(Counter::get)).isEqualTo(3);
          }
          counter.close();
        });
  }

  @Test
  void onlyAllowedClassesTravel() {
    inGroup(
        me -> {
          // region allow
          Thread thread = new Thread();
          assertThatThrownBy(() -> me.peer("server").rpcSync(() -> thread.getName()))
              .isInstanceOf(EncodingException.class)
              .hasMessageContaining("java.lang.Thread");
          // endregion
        });
    // region allow-builder
    Consumer<Worker.Builder> settings = worker -> worker.allow("com.acme.model");
    // endregion
    inGroup(settings, me -> me.peer("server").runSync(() -> {}));
  }

  @Test
  void aFailureSaysWhetherTheCallRan() {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region failures
          try {
            counter.rpcSync(c -> c.add(-1));
          } catch (Counter.NegativeException e) {
            assertThat(e).hasMessage("-1 is negative"); // what the called code threw
          }
          counter.close();
          try {
            counter.rpcSync(c -> c.add(1));
          } catch (RpcException e) { // everything else that can go wrong
            assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED);
            assertThat(e.safeToRetry()).isTrue();
          }
          // endregion
        });
  }

  @Test
  void aSecretLetsAWorkerLeaveLoopback(@TempDir Path directory) {
    String rendezvous = directory.toUri().toString();
    String secret = "0123456789abcdef";
    // region secret
    try (Worker me =
        Worker.builder()
            .name("a")
            .worldSize(1)
            .rendezvous(rendezvous)
            .listen("0.0.0.0:0") // any address but loopback needs a secret, TLS or both
            .advertise("127.0.0.1") // what others connect to
            .secret(secret)
            .join()) {
      assertThat(me.isClosed()).isFalse();
    }
    // endregion
    assertThatThrownBy(() -> Worker.builder().name("a").listen("0.0.0.0:0").join())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FARREF_SECRET");
  }

  @Test
  void theLossOfAPeerIsTold() {
    // region lost-settings
    Consumer<Worker.Builder> settings = worker -> worker.sessionTimeout(Duration.ofSeconds(5));
    // endregion
    try (LocalGroup group = LocalGroup.builder().configure(settings).start("me", "server")) {
      Worker me = group.worker("me");
      CompletableFuture<WorkerLostException> lost = new CompletableFuture<>();
      // region lost
      me.peer("server").onLost(lost::complete); // runs once, on a thread of its own
      // endregion
      group.worker("server").closeNow();
      assertThat(lost.join()).hasMessageContaining("server");
    }
  }

  @Test
  void anAuthorizerDecidesWhoMayCallWhat() {
    // region authorize
    Authorizer rule = Authorizer.onlyMethodsOf(Reading.class);
    Consumer<Worker.Builder> settings = worker -> worker.authorize(rule);
    // endregion
    inGroup(
        settings,
        me ->
            assertThatThrownBy(() -> me.peer("server").runSync(() -> {}))
                .isInstanceOf(RefusedException.class));
  }

  @Test
  void aReferenceCanAllowLess() {
    inGroup(
        me -> {
          RRef<Counter> counter = me.peer("server").remote(Counter::new);
          // region restrict
          RRef<Reading> reader = counter.restrict(Reading.class); // to pass on
          int zero = reader.as(Reading.class).get();
          assertThatThrownBy(() -> reader.call("add", 1)).isInstanceOf(RefusedException.class);

          Revocable<Counter> revocable = counter.revocable();
          RRef<Counter> lent = revocable.rref(); // to pass on
          revocable.revoke();
          assertThatThrownBy(() -> lent.rpcSync(c -> c.add(1)))
              .isInstanceOf(RefusedException.class);
          // endregion
          assertThat(zero).isZero();
          List.of(counter, reader, lent).forEach(RRef::close);
          revocable.close();
        });
  }

  @Test
  void connectionsAreListed() {
    try (LocalGroup group =
        LocalGroup.builder()
            .sockets()
            .configure(worker -> worker.sameHost(SameHost.UNIX))
            .start("me", "server")) {
      Worker me = group.worker("me");
      me.peer("server").runSync(() -> {});
      // region connections
      for (ConnectionInfo each : me.connections()) {
        assertThat(each.peer()).isEqualTo("server");
        assertThat(each.transport()).isEqualTo("unix"); // or "tcp", "shm"
        assertThat(each.fallback()).isEmpty(); // else why a faster transport was not used
      }
      // endregion
      assertThat(me.connections()).isNotEmpty();
    }
  }

  // region testkit
  @Test
  void aGroupRunsInTheJvmOfATest() {
    try (LocalGroup group = LocalGroup.of("a", "b")) {
      Worker a = group.worker("a");
      int three = a.peer("b").rpcSync(() -> Math.addExact(1, 2));
      assertThat(three).isEqualTo(3);
    }
  }
  // endregion
}
