package io.farref.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.fuzz.ScriptedLink;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the thread of a listener does when it cannot accept. */
@Timeout(60)
class AcceptLoopTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Link> taken = new CopyOnWriteArrayList<>();
  private final ShortOfDescriptors listener = new ShortOfDescriptors();
  private final AcceptLoop loop = new AcceptLoop(listener, "the store", this::take, new Lines());
  private final Thread thread = Thread.ofPlatform().daemon().start(loop);
  private volatile Error failure;

  /**
   * A listener that fails at once, as a process without descriptors does, as long as it is told.
   */
  private static final class ShortOfDescriptors implements Transport.Listener {
    final AtomicInteger attempts = new AtomicInteger();
    volatile boolean isShort = true;
    volatile boolean isClosed;

    @Override
    public String address() {
      return "127.0.0.1:4711";
    }

    @Override
    public Link accept() throws IOException {
      attempts.incrementAndGet();
      if (isClosed) {
        throw new ClosedChannelException();
      }
      if (isShort) {
        throw new IOException("Too many open files");
      }
      isShort = true;
      return new ScriptedLink(new byte[0]);
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(level + " " + message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      lines.add(level + " " + format);
    }
  }

  private void take(Link link) {
    Error injected = failure;
    if (injected != null) {
      throw injected;
    }
    taken.add(link);
  }

  @AfterEach
  void close() throws InterruptedException {
    long before = System.nanoTime();
    loop.stop();
    listener.close();
    thread.join();
    assertThat(System.nanoTime() - before)
        .as("it does not sit out its pause")
        .isLessThan(AcceptLoop.LONGEST_PAUSE_NANOS);
  }

  @Test
  void withoutDescriptorsItPausesLongerAndLongerSaysSoOnceAndGoesOnWhenThereAreSome() {
    Awaitility.await().until(() -> listener.attempts.get() >= 6); // after pauses of 310 ms
    assertThat(listener.attempts.get()).isLessThan(12);
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .startsWith("WARNING the store at 127.0.0.1:4711 cannot accept a connection")
        .contains("Too many open files", "has no file descriptor left", "ulimit -n");
    listener.isShort = false;
    Awaitility.await().until(() -> taken.size() == 1);
    int before = listener.attempts.get();
    Awaitility.await().until(() -> listener.attempts.get() >= before + 4);
    assertThat(lines).as("no more than a line in ten seconds").hasSize(1);
  }

  @Test
  void itUsesHardlyAnyProcessorTimeMeanwhile() {
    Awaitility.await().until(() -> listener.attempts.get() >= 6);
    long nanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    assertThat(nanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
  }

  @Test
  void anInterruptDoesNotMakeItSpin() {
    for (int i = 0; i < 100; i++) {
      thread.interrupt();
    }
    Awaitility.await().until(() -> listener.attempts.get() >= 5);
    thread.interrupt();
    Awaitility.await().until(() -> listener.attempts.get() >= 7);
    assertThat(listener.attempts.get()).isLessThan(12);
  }

  @Test
  void anErrorWhileALinkIsTakenOverCostsThatLinkOnly() {
    failure = new OutOfMemoryError("injected");
    listener.isShort = false;
    Awaitility.await().until(() -> listener.isShort);
    int before = listener.attempts.get();
    Awaitility.await().until(() -> listener.attempts.get() > before);
    assertThat(taken).isEmpty();
    failure = null;
    listener.isShort = false;
    Awaitility.await().until(() -> taken.size() == 1);
  }

  @Test
  void aListenerThatSomebodyElseClosesIsAnError() throws InterruptedException {
    listener.close();
    thread.join();
    assertThat(lines.getLast())
        .isEqualTo("ERROR the store at 127.0.0.1:4711 can accept no more connections");
  }
}
