package io.farref.benchmarks;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Keeps other processes from disturbing a measurement. */
final class Quiet implements AutoCloseable {
  private final @Nullable Process lock;
  private final OutputStream latency;

  private Quiet(@Nullable Process lock, OutputStream latency) {
    this.lock = lock;
    this.latency = latency;
  }

  /** Until closed: no other process has the lock, and, where wanted, no processor falls asleep. */
  static Quiet begin(Options options) throws IOException {
    Process lock = options.lock() == null ? null : take(options.lock());
    OutputStream latency =
        options.hot()
            ? new FileOutputStream("/dev/cpu_dma_latency")
            : OutputStream.nullOutputStream();
    latency.write(new byte[Integer.BYTES]);
    latency.flush();
    return new Quiet(lock, latency);
  }

  /** By flock(1), as scripts do; Java's own file locks are of another kind. */
  private static Process take(String file) throws IOException {
    Process lock =
        new ProcessBuilder("flock", file, "sh", "-c", "echo locked; cat")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var _ = Cell.await(lock, "locked");
    return lock;
  }

  @Override
  public void close() throws IOException {
    latency.close();
    if (lock != null) {
      lock.getOutputStream().close(); // ends it
    }
  }
}
