package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static final Cpu CPU = new Cpu(ProcessHandle.current(), ProcessHandle.current());

  @Test
  void aPercentileIsTheTimeUnderWhichThatShareStays() {
    Sample sample =
        new Sample(
            1000, 2_000_000_000, 4_000_000, LongStream.range(0, 1000).map(i -> i * 1000).toArray());
    assertThat(sample.percentileMicros(0)).isEqualTo(0);
    assertThat(sample.percentileMicros(0.5)).isEqualTo(500);
    assertThat(sample.percentileMicros(0.999)).isEqualTo(999);
    assertThat(sample.percentileMicros(1)).isEqualTo(999);
    assertThat(sample.callsPerSecond()).isEqualTo(500);
    assertThat(sample.cpuMicrosPerCall()).isEqualTo(4);
  }

  @Test
  void sequentialCallsAreTimedOneByOne() throws Exception {
    int[] calls = {0};
    Sample sample = Sample.sequential(CPU, 1_000_000, i -> Check.equal(i, calls[0]++));
    assertThat(sample.calls()).isEqualTo(calls[0]).isPositive();
    assertThat(sample.sortedNanos()).hasSize(calls[0]).isSorted();
    assertThat(LongStream.of(sample.sortedNanos()).sum()).isEqualTo(sample.nanos());
  }

  @Test
  void overlappingCallsAreTimedTogether() throws Exception {
    Sample sample = Sample.overlapping(CPU, 5, nanos -> nanos * 2);
    assertThat(sample.calls()).isEqualTo(10);
    assertThat(sample.nanos()).isPositive();
  }
}
