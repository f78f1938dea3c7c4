package io.farref.benchmarks;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How long small calls take while a large argument travels on the same connection. */
final class BulkBeside {
  private static final int LARGE = 1 << 30;

  private BulkBeside() {}

  static void run(FarrefClient client, Measuring out) throws Exception {
    Sample idle = out.sequential(1, 2, _ -> Check.equal(client.add(1, 2), 3));
    Client.Transfer transfer = client.payload(out.count(LARGE));
    Background background = new Background(transfer, out.count(LARGE));
    Sample busy = out.sequential(1, 5, _ -> Check.equal(client.add(1, 2), 3));
    double mebibytesPerSecond = background.stop();
    out.value(Sheet.BULK, "idle p50", idle.percentileMicros(0.5));
    out.value(Sheet.BULK, "idle p99", idle.percentileMicros(0.99));
    out.value(Sheet.BULK, "p50", busy.percentileMicros(0.5));
    out.value(Sheet.BULK, "p99", busy.percentileMicros(0.99));
    out.value(
        Sheet.BULK, "p99 / idle p99", busy.percentileMicros(0.99) / idle.percentileMicros(0.99));
    out.value(Sheet.BULK, "MiB/s beside them", mebibytesPerSecond);
  }

  /** Sends again and again; the first is under way when the constructor returns. */
  private static final class Background {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final long start = System.nanoTime();
    private final int size;
    private final Thread thread;
    private @Nullable Exception failure;

    Background(Client.Transfer transfer, int size) {
      this.size = size;
      this.thread = Thread.ofPlatform().name("bulk").start(() -> send(transfer));
    }

    private void send(Client.Transfer transfer) {
      try {
        while (!stop.get()) {
          transfer.run();
          sent.addAndGet(size);
        }
      } catch (Exception e) {
        failure = e;
      }
    }

    double stop() throws Exception {
      stop.set(true);
      thread.join();
      if (failure != null) {
        throw failure;
      }
      return sent.get() / (double) (1 << 20) * 1e9 / (System.nanoTime() - start);
    }
  }
}
