package io.farref.benchmarks;

import java.time.Duration;

/** The processor time of both processes together, all threads, JIT and garbage collection too. */
record Cpu(ProcessHandle here, ProcessHandle there) {

  /** In nanoseconds since they started, in steps of some milliseconds. */
  long nanos() {
    return nanos(here) + nanos(there);
  }

  private static long nanos(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}
