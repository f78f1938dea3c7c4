package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transport throws an error into a thread that dials, accepts, shakes hands, reads, writes or
 * dials again: no call waits for that thread, and the error says what happened.
 */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FailingThreadsTest {
  enum Step {
    DIAL,
    ACCEPT,
    SHAKE_HANDS,
    READ,
    WRITE
  }

  private static final CountDownLatch[] GATE = {new CountDownLatch(1)};

  private final FailingTransport ofA = new FailingTransport();
  private LocalGroup group;
  private boolean isResumable;

  @BeforeEach
  void shut() {
    GATE[0] = new CountDownLatch(1);
  }

  @AfterEach
  void close() {
    GATE[0].countDown();
    if (group != null) {
      group.closeNow();
      group.workers().forEach(each -> assertThat(each.isClosed()).isTrue());
    }
  }

  /** TCP whose threads fail in the chosen steps. */
  private final class FailingTransport implements Transport {
    private final Transport tcp = new TcpTransport();
    private final Set<Step> failing = EnumSet.noneOf(Step.class);
    private int failuresLeft = Integer.MAX_VALUE;
    private volatile Link dialed;

    synchronized void fail(Step step, int times) {
      failing.add(step);
      failuresLeft = times;
    }

    private synchronized void pass(Step step) {
      if (failing.contains(step) && failuresLeft > 0) {
        failuresLeft--;
        throw new NoClassDefFoundError("injected/" + step);
      }
    }

    @Override
    public String scheme() {
      return tcp.scheme();
    }

    @Override
    public boolean isResumable() {
      return isResumable;
    }

    @Override
    public boolean isLocalOnly(String address) {
      return tcp.isLocalOnly(address);
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      pass(Step.DIAL);
      Link link = new FailingLink(tcp.connect(address, timeoutNanos), Step.READ, Step.WRITE);
      dialed = link;
      return link;
    }

    @Override
    public Listener listen(String address) throws IOException {
      Listener listener = tcp.listen(address);
      return new Listener() {
        @Override
        public String address() {
          return listener.address();
        }

        @Override
        public Link accept() throws IOException {
          Link link = listener.accept();
          try {
            pass(Step.ACCEPT);
          } catch (Error e) {
            link.close();
            throw e;
          }
          return new FailingLink(link, Step.SHAKE_HANDS, Step.SHAKE_HANDS);
        }

        @Override
        public void close() {
          listener.close();
        }
      };
    }

    private final class FailingLink implements Link {
      private final Link below;
      private final Step read;
      private final Step write;

      FailingLink(Link below, Step read, Step write) {
        this.below = below;
        this.read = read;
        this.write = write;
      }

      @Override
      public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
        pass(read);
        int count = below.read(dst, timeoutNanos);
        pass(read);
        return count;
      }

      @Override
      public void wakeup() {
        below.wakeup();
      }

      @Override
      public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
          throws IOException {
        pass(write);
        return below.write(srcs, offset, length, timeoutNanos);
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
  }

  private Peer peerOfA(boolean resumable) {
    isResumable = resumable;
    group =
        LocalGroup.builder()
            .configure(
                worker ->
                    worker
                        .transport(ofA)
                        .rpcTimeout(Duration.ZERO)
                        .sessionTimeout(Duration.ofSeconds(resumable ? 3 : 20)))
            .start("a", "b");
    return group.worker("a").peer("b");
  }

  private static int pass() throws InterruptedException {
    GATE[0].await();
    return 1;
  }

  private static void assertSaysWhy(CompletableFuture<Integer> call, Step step) {
    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(WorkerLostException.class)
        .hasMessageContaining("NoClassDefFoundError: injected/" + step);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aThreadThatFailsWhileItDialsEndsTheCalls(boolean resumable) {
    Peer toB = peerOfA(resumable);
    ofA.fail(Step.DIAL, Integer.MAX_VALUE);
    assertSaysWhy(toB.rpcAsync(() -> 1), Step.DIAL);
  }

  @ParameterizedTest
  @CsvSource({"READ,true", "READ,false", "WRITE,true", "WRITE,false"})
  void aThreadThatFailsOnALinkEndsTheCallsThatWaitForIt(Step step, boolean resumable) {
    Peer toB = peerOfA(resumable);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    CompletableFuture<Integer> waiting = toB.rpcAsync(FailingThreadsTest::pass);
    Awaitility.await().until(() -> group.worker("b").stats().callsRunning() == 1);
    ofA.fail(step, Integer.MAX_VALUE);
    CompletableFuture<Integer> next = toB.rpcAsync(() -> 2);
    if (step == Step.READ) {
      GATE[0].countDown(); // so that there is something to read
    }
    assertSaysWhy(waiting, step);
    assertThatThrownBy(() -> next.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(WorkerLostException.class);
    assertThatThrownBy(() -> toB.rpcSync(() -> 3)).isInstanceOf(WorkerLostException.class);
    Worker a = group.worker("a");
    assertThat(a.self().rpcSync(() -> 4)).as("a call that needs no other worker").isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"ACCEPT", "SHAKE_HANDS"})
  void aThreadThatFailsForOneConnectionServesTheNext(Step step) throws Exception {
    Peer toB = peerOfA(true);
    ofA.fail(step, 3);
    assertThat(toB.rpcAsync(() -> 1).get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aThreadThatFailsToDialAgainEndsTheCalls(boolean duringACall) {
    Peer toB = peerOfA(true);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    CompletableFuture<Integer> waiting = null;
    if (duringACall) {
      waiting = toB.rpcAsync(FailingThreadsTest::pass);
      Awaitility.await().until(() -> group.worker("b").stats().callsRunning() == 1);
    }
    ofA.fail(Step.DIAL, Integer.MAX_VALUE);
    ofA.dialed.close();
    assertSaysWhy(waiting == null ? toB.rpcAsync(() -> 2) : waiting, Step.DIAL);
  }
}
