package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Breaks a correct transport in one way after another: the contract must notice each. */
class TransportContractTest {
  /** A fault, and a test of the contract that must fail because of it. */
  enum Fault {
    NONE("bytesArriveInOrderBothWays"),
    LATER_BUFFERS_ARE_LOST("aWriteGathersHeapDirectEmptyAndReadOnlyBuffersInOrder"),
    BUFFERS_OUTSIDE_THE_RANGE_ARE_WRITTEN("aWriteGathersHeapDirectEmptyAndReadOnlyBuffersInOrder"),
    WRITE_STOPS_WHEN_FULL("aWriterWaitsForASlowReaderAndLosesNothing"),
    WRITE_IGNORES_ITS_TIMEOUT("aWriteThatTimesOutLeavesTheRestInTheBuffers"),
    TIME_IS_CUT_SHORT("aReadEndsAtItsTimeoutAndNotBefore"),
    NO_TIME_MEANS_A_LITTLE("aReadThatDoesNotWaitLeavesTheWakeupToTheNextRead"),
    WAKEUP_IS_KEPT("aWakeupBeforeTheWaitEndsOnlyTheNextWait"),
    INTERRUPT_CLOSES("aThreadWithItsInterruptFlagSetReadsAndWrites"),
    INTERRUPT_IS_SWALLOWED("aThreadWithItsInterruptFlagSetReadsAndWrites"),
    INTERRUPT_SPINS("threadsWithTheirInterruptFlagSetWaitWithoutSpinning"),
    INTERRUPT_ENDS_EVERY_WAIT("anInterruptBeforeTheWaitEndsItOnce"),
    END_COMES_ONCE("theOtherSideReadsAllBytesThatWereWrittenBeforeClose"),
    CLOSED_LINK_SAYS_END("aClosedLinkRefusesToReadAndWrite"),
    CLOSE_KEEPS_THE_LINK_OPEN("closeOnTheOtherSideEndsAWaitingReadWithTheEndOfTheStream");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  private static Fault fault = Fault.NONE;

  @ParameterizedTest
  @EnumSource
  void theContractNoticesEachFault(Fault fault) {
    TransportContractTest.fault = fault;
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Broken.class, fault.noticedBy))
                .build(),
            listener);

    assertThat(listener.getSummary().getTestsStartedCount()).isEqualTo(1);
    assertThat(listener.getSummary().getTestsFailedCount()).isEqualTo(fault == Fault.NONE ? 0 : 1);
  }

  /** Run only by the test above. */
  @ExtendWith(NoLeaks.class)
  @Timeout(value = 3, threadMode = ThreadMode.SEPARATE_THREAD)
  static class Broken extends TransportContract {
    @Override
    protected Transport transport() {
      return new BrokenTransport(new InProcessTransport());
    }

    @Override
    protected String listenAddress() {
      return "";
    }

    @Override
    protected String deafAddress() {
      return "nobody";
    }

    @Override
    protected int manyBytes() {
      return 4 << 20;
    }

    @Override
    protected Duration timeout() {
      return Duration.ofMillis(500);
    }
  }

  /** Makes broken links. */
  private record BrokenTransport(Transport good) implements Transport {
    @Override
    public String scheme() {
      return good.scheme();
    }

    @Override
    public Listener listen(String address) throws IOException {
      Listener listener = good.listen(address);
      return new Listener() {
        @Override
        public String address() {
          return listener.address();
        }

        @Override
        public Link accept() throws IOException {
          return new BrokenLink(listener.accept());
        }

        @Override
        public void close() {
          listener.close();
        }
      };
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      return new BrokenLink(good.connect(address, timeoutNanos));
    }

    @Override
    public boolean isLocalOnly(String address) {
      return good.isLocalOnly(address);
    }
  }

  /** A link with the present fault. */
  private static final class BrokenLink implements Link {
    private final Link good;
    private boolean ended;
    private boolean closed;

    BrokenLink(Link good) {
      this.good = good;
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
      interruptFault();
      if (fault == Fault.CLOSED_LINK_SAYS_END && closed) {
        return -1;
      }
      if (fault == Fault.END_COMES_ONCE && ended) {
        return 0;
      }
      int count = good.read(dst, timeout(timeoutNanos));
      ended |= count < 0;
      if (fault == Fault.WAKEUP_IS_KEPT && count == 0) {
        good.wakeup();
      }
      return count;
    }

    private long timeout(long nanos) {
      return switch (fault) {
        case TIME_IS_CUT_SHORT -> nanos / 2;
        case NO_TIME_MEANS_A_LITTLE -> nanos == 0 ? 1000 : nanos;
        default -> nanos;
      };
    }

    private void interruptFault() throws IOException {
      if (!Thread.currentThread().isInterrupted()) {
        return;
      }
      switch (fault) {
        case INTERRUPT_CLOSES -> {
          good.close();
          throw new ClosedByInterruptException();
        }
        case INTERRUPT_IS_SWALLOWED -> {
          boolean unused = Thread.interrupted();
        }
        case INTERRUPT_ENDS_EVERY_WAIT -> good.wakeup();
        case INTERRUPT_SPINS -> {
          var threads = ManagementFactory.getThreadMXBean();
          long end = threads.getCurrentThreadCpuTime() + 2_000_000_000;
          while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
          }
        }
        default -> {}
      }
    }

    @Override
    public void wakeup() {
      good.wakeup();
    }

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long nanos) throws IOException {
      return switch (fault) {
        case LATER_BUFFERS_ARE_LOST -> good.write(srcs, offset, Math.min(length, 2), nanos);
        case BUFFERS_OUTSIDE_THE_RANGE_ARE_WRITTEN -> good.write(srcs, 0, offset + length, nanos);
        case WRITE_STOPS_WHEN_FULL -> writeAtMost(1 << 18, srcs, offset, length, nanos);
        case WRITE_IGNORES_ITS_TIMEOUT -> good.write(srcs, offset, length, -1);
        default -> good.write(srcs, offset, length, nanos);
      };
    }

    private boolean writeAtMost(int max, ByteBuffer[] srcs, int offset, int length, long nanos)
        throws IOException {
      boolean all = true;
      for (int i = offset; i < offset + length; i++) {
        ByteBuffer src = srcs[i];
        src.limit(Math.min(src.limit(), src.position() + max));
        all &= good.write(srcs, i, 1, nanos);
      }
      return all;
    }

    @Override
    public String remoteAddress() {
      return good.remoteAddress();
    }

    @Override
    public void close() {
      closed = true;
      if (fault != Fault.CLOSE_KEEPS_THE_LINK_OPEN) {
        good.close();
      }
    }
  }
}
