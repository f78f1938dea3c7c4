package io.farref.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.time.Deadlines;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which thread is interrupted when a call is stopped, and when. */
@Timeout(60)
class CallContextTest {
  private static final io.farref.Worker WORKER =
      (io.farref.Worker)
          Proxy.newProxyInstance(
              CallContextTest.class.getClassLoader(),
              new Class<?>[] {io.farref.Worker.class},
              (_, method, _) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private static void stopElsewhere(CallContext run) throws InterruptedException {
    Thread other = Thread.ofPlatform().start(run::stop);
    boolean interrupted = false;
    while (other.isAlive()) {
      try {
        other.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void stoppedCodeIsInterruptedAndLeavesNoInterruptFlagBehind() throws Exception {
    CallContext run = new CallContext(WORKER, 0, Deadlines.NONE);
    CallContext outer = run.enter();
    stopElsewhere(run);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    run.leave(outer);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void codeThatHasEndedIsNotInterrupted() throws Exception {
    CallContext run = new CallContext(WORKER, 0, Deadlines.NONE);
    run.leave(run.enter());
    stopElsewhere(run);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aThreadThatStopsItsOwnCallIsNotInterrupted() {
    CallContext run = new CallContext(WORKER, 0, Deadlines.NONE);
    CallContext outer = run.enter();
    run.stop();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    run.leave(outer);
  }

  @Test
  void openCallsAreKnownUntilTheyEnd() {
    CallContext run = new CallContext(WORKER, 0, Deadlines.NONE);
    assertThat(run.hasOpen()).isFalse();
    CompletableFuture<Integer> one = new CompletableFuture<>();
    CompletableFuture<Integer> two = new CompletableFuture<>();
    run.opened(one);
    run.opened(two);
    run.closed(one);
    assertThat(run.hasOpen()).isTrue();
    run.cancelOpen();
    assertThat(one).isNotDone();
    assertThat(two).isCancelled();
    run.closed(two);
    assertThat(run.hasOpen()).isFalse();
  }

  /** However the end of the code and the stop race, the flag is clear when the code has ended. */
  @Test
  void noScheduleOfStopAndEndLeavesAnInterruptFlag() throws Exception {
    int rounds = 200_000;
    AtomicReference<CallContext> present = new AtomicReference<>();
    AtomicInteger stopped = new AtomicInteger();
    Thread stopping =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    CallContext run;
                    while ((run = present.getAndSet(null)) == null) {
                      Thread.onSpinWait();
                    }
                    run.stop();
                    stopped.incrementAndGet();
                  }
                });
    int hits = 0;
    int strays = 0;
    for (int i = 0; i < rounds; i++) {
      CallContext run = new CallContext(WORKER, 0, Deadlines.NONE);
      CallContext outer = run.enter();
      present.set(run);
      for (int spins = i & 127; spins > 0; spins--) {
        Thread.onSpinWait();
      }
      hits += Thread.currentThread().isInterrupted() ? 1 : 0;
      run.leave(outer);
      strays += Thread.interrupted() ? 1 : 0;
      while (stopped.get() <= i) {
        Thread.onSpinWait();
      }
      strays += Thread.interrupted() ? 1 : 0;
    }
    stopping.join();
    assertThat(strays).isZero();
    assertThat(hits).as("interrupts seen in time").isPositive();
  }
}
