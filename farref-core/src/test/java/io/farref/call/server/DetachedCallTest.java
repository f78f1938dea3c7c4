package io.farref.call.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.WorkerLostException;
import io.farref.call.ConnectionReader;
import io.farref.call.TwoEnds;
import io.farref.exec.ReaderTask;
import io.farref.exec.ReaderThread;
import io.farref.exec.StartSequencer;
import io.farref.exec.StartSequencer.Ticket;
import java.io.EOFException;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are detached while they run, or after they have ended. */
@Timeout(60)
class DetachedCallTest {
  private static final AtomicReference<ServerConnection> SERVER = new AtomicReference<>();
  private static final AtomicReference<ReaderTask> WORK = new AtomicReference<>();

  private static final AtomicBoolean HAS_RUN = new AtomicBoolean();

  private final TwoEnds ends = TwoEnds.withoutHelp();

  @BeforeEach
  void start() {
    SERVER.set(ends.server);
  }

  @AfterEach
  void end() {
    ends.close();
  }

  /** The call that this thread runs. */
  private static ReaderTask work() {
    ConnectionReader reader = SERVER.get().reader();
    ReaderTask work = reader == null ? ReaderTask.ANY : reader.work();
    WORK.set(work);
    return work;
  }

  private static int run() {
    return work() instanceof IncomingCall ? SERVER.get().runningCalls() : -1;
  }

  private static int runDetached() {
    work().detach();
    return SERVER.get().runningCalls();
  }

  @Test
  void aCallThatIsDetachedWhileItRunsCountsOnceAndIsForgottenAtItsEnd() {
    assertThat(ends.sync(DetachedCallTest::runDetached)).isOne();
    assertThat(ends.server.runningCalls()).isZero();
    assertThat(ends.server.order().isClear()).isTrue();
    WORK.get().settle();
    assertThat(ends.server.runningCalls()).isZero();
  }

  @Test
  void aCallThatIsDetachedTooLateIsForgottenWhenSettled() {
    assertThat(ends.sync(DetachedCallTest::run)).isOne();
    TwoEnds.eventually(() -> ends.server.runningCalls() == 0);
    WORK.get().detach();
    WORK.get().settle();
    assertThat(ends.server.runningCalls()).isZero();
    assertThat(ends.server.order().isClear()).isTrue();
  }

  /** Ends the connection when it is decoded. */
  record Ending(int value) {
    Ending {
      if (Thread.currentThread() instanceof ReaderThread) {
        work();
        SERVER.get().fail(new EOFException("ended while a call is decoded"));
      }
    }
  }

  private static int ran(Ending ending) {
    HAS_RUN.set(true);
    return ending.value();
  }

  @Test
  void aCallThatHasNotBegunWhenItsConnectionEndsNeverBegins() {
    HAS_RUN.set(false);
    Ending ending = new Ending(7);
    assertThatThrownBy(() -> ends.sync(() -> ran(ending))).isInstanceOf(WorkerLostException.class);
    TwoEnds.eventually(() -> work() == ReaderTask.ANY);
    assertThat(HAS_RUN).isFalse();
  }

  @Test
  void aPlaceInTheStartOrderIsNotRetainedByLaterOnes() {
    StartSequencer order = new StartSequencer();
    WeakReference<Ticket> first = new WeakReference<>(order.queue());
    begin(first);
    for (int i = 0; i < 3; i++) {
      Ticket next = order.queue();
      next.begun(Thread.currentThread(), false);
      if (i < 2) {
        next.end();
      }
    }
    TwoEnds.eventually(
        () -> {
          System.gc();
          return first.refersTo(null);
        });
  }

  private static void begin(WeakReference<Ticket> place) {
    Ticket first = place.get();
    if (first != null) {
      first.begun(Thread.currentThread(), false);
      first.end();
    }
  }
}
