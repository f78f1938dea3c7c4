package io.farref.benchmarks;

import java.util.Arrays;

/**
 * The result of one measurement of repeated calls.
 *
 * @param calls how many there were
 * @param nanos how long they took together
 * @param cpuNanos the processor time of both processes in that time
 * @param sortedNanos how long single calls took; empty where they overlap
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sample(long calls, long nanos, long cpuNanos, long[] sortedNanos) {

  /** A call; its argument counts up. */
  public interface Call {
    /** Makes it. */
    void run(int i) throws Exception;
  }

  /** Many calls, for so long; returns how many. */
  interface Calls {
    long run(long nanos) throws Exception;
  }

  private static final int MAX_SAMPLES = 1 << 20;

  /** One call after the other, for so long. */
  static Sample sequential(Cpu cpu, long nanos, Call call) throws Exception {
    long[] times = new long[MAX_SAMPLES];
    int done = 0;
    long cpuBefore = cpu.nanos();
    long start = System.nanoTime();
    long last = start;
    while (last - start < nanos && done < MAX_SAMPLES) {
      call.run(done);
      long now = System.nanoTime();
      times[done++] = now - last;
      last = now;
    }
    long cpuNanos = cpu.nanos() - cpuBefore;
    times = Arrays.copyOf(times, done);
    Arrays.sort(times);
    return new Sample(done, last - start, cpuNanos, times);
  }

  /** Calls that overlap, for so long and until the last has ended. */
  static Sample overlapping(Cpu cpu, long nanos, Calls calls) throws Exception {
    long cpuBefore = cpu.nanos();
    long start = System.nanoTime();
    long done = calls.run(nanos);
    long took = System.nanoTime() - start;
    return new Sample(done, took, cpu.nanos() - cpuBefore, new long[0]);
  }

  /** The time under which this share of the calls stayed, in microseconds. */
  double percentileMicros(double share) {
    return sortedNanos[(int) Math.min(sortedNanos.length - 1, sortedNanos.length * share)] / 1e3;
  }

  double callsPerSecond() {
    return calls * 1e9 / nanos;
  }

  double cpuMicrosPerCall() {
    return cpuNanos / 1e3 / calls;
  }
}
