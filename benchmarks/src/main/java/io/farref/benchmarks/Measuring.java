package io.farref.benchmarks;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * How one cell measures, and where its values go.
 *
 * @param cpu the processor time of its two processes
 * @param scale how long everything takes, 1 for a measurement that counts
 * @param lines takes the values, as lines that {@link Results} reads
 */
record Measuring(Cpu cpu, double scale, Consumer<String> lines) {
  static final String VALUE = "VALUE";

  /** So many seconds of an unhurried measurement, in nanoseconds of this one. */
  long nanos(double seconds) {
    return (long) (seconds * scale * 1e9);
  }

  /** So many of an unhurried measurement, and at least one. */
  int count(int full) {
    return (int) Math.max(1, full * scale);
  }

  /** Hands over one value. */
  void value(Sheet sheet, String column, double value) {
    lines.accept(String.format(Locale.ROOT, "%s\t%s\t%s\t%s", VALUE, sheet.name(), column, value));
  }

  /** One call after the other, after a warm-up. */
  Sample sequential(double warmUp, double seconds, Sample.Call call) throws Exception {
    int calls = (int) Sample.sequential(cpu, nanos(warmUp), call).calls();
    return Sample.sequential(cpu, nanos(seconds), i -> call.run(calls + i));
  }

  /** Calls that overlap, after a warm-up. */
  Sample overlapping(double warmUp, double seconds, Sample.Calls calls) throws Exception {
    var _ = calls.run(nanos(warmUp));
    return Sample.overlapping(cpu, nanos(seconds), calls);
  }
}
