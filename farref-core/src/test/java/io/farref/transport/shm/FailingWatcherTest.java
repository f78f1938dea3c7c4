package io.farref.transport.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one thread that watches the sockets beside shared memory fails. */
@Timeout(60)
class FailingWatcherTest {
  private static final long SECONDS = TimeUnit.SECONDS.toNanos(20);

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void anErrorThrownIntoTheWatcherHarmsNoOtherConnection(int times) throws Exception {
    ShmTransport transport = new ShmTransport();
    try (Transport.Listener listener = transport.listen("");
        Link before = transport.connect(listener.address(), SECONDS);
        Link accepted = listener.accept()) {
      for (int i = 0; i < times; i++) {
        HeldWatcher.fail(new NoClassDefFoundError("injected"));
      }
      try (Link after = transport.connect(listener.address(), SECONDS);
          Link acceptedAfter = listener.accept()) {
        exchange(before, accepted);
        exchange(after, acceptedAfter);
      }
      before.close();
      assertThat(accepted.read(ByteBuffer.allocate(1), SECONDS)).as("the end").isNegative();
    }
  }

  @Test
  void aThreadThatHasEndedIsReplaced() throws Exception {
    Thread watcher =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().equals("farref-jvm-shm"))
            .findFirst()
            .orElse(null);
    if (watcher != null) {
      watcher.getUncaughtExceptionHandler().uncaughtException(watcher, new Error("injected"));
    }
    anErrorThrownIntoTheWatcherHarmsNoOtherConnection(1);
  }

  private static void exchange(Link from, Link to) throws Exception {
    from.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {7})}, 0, 1);
    ByteBuffer got = ByteBuffer.allocate(1);
    assertThat(to.read(got, SECONDS)).isOne();
    assertThat(got.get(0)).isEqualTo((byte) 7);
  }
}
