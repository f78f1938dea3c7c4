package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultsTest {
  @Test
  void whatAClientWritesIsRead() {
    List<String> lines = new ArrayList<>();
    new Measuring(new Cpu(ProcessHandle.current(), ProcessHandle.current()), 1, lines::add)
        .value(Sheet.LATENCY, "CPU, both sides", 1234.5);
    Results results = new Results();
    results.add("farref-tcp", 2, lines.getFirst());
    assertThat(results.rounds(Sheet.LATENCY, "farref-tcp", "CPU, both sides"))
        .isEqualTo(Map.of(2, 1234.5));
    assertThatIllegalArgumentException().isThrownBy(() -> results.add("x", 1, "VALUE\tLATENCY"));
  }

  @Test
  void whatIsKeptIsReadAgain() {
    Results results = new Results();
    results.add(Sheet.JOIN, "2 workers", "all joined, ms", 1, 12.5);
    results.add(Sheet.HELD, "rmi", "p50", 3, 7);
    assertThat(Results.read(results.lines()).lines()).isEqualTo(results.lines()).hasSize(2);
    assertThatIllegalArgumentException().isThrownBy(() -> Results.read(List.of("HELD\tp50")));
  }

  @Test
  void aTableIsOfOneRun() {
    Results earlier = new Results();
    earlier.add(Sheet.HELD, "rmi", "p50", 1, 1);
    earlier.add(Sheet.JOIN, "2 workers", "all joined, ms", 1, 2);
    Results later = new Results();
    later.add(Sheet.HELD, "dirmi", "p50", 1, 3);
    Results both = later.orElse(earlier);
    assertThat(both.contenders(Sheet.HELD)).containsExactly("dirmi");
    assertThat(both.contenders(Sheet.JOIN)).containsExactly("2 workers");
  }

  @Test
  void roundsThatOneOfTwoLacksHaveNoRatio() {
    Results results = new Results();
    results.add(Sheet.HELD, "limit-tcp", "p50", 1, 2);
    results.add(Sheet.HELD, "limit-tcp", "p50", 2, 4);
    results.add(Sheet.HELD, "rmi", "p50", 2, 8);
    results.add(Sheet.HELD, "rmi", "p50", 3, 8);
    assertThat(results.ratios(Sheet.HELD, "rmi", "limit-tcp", "p50")).isEqualTo(Map.of(2, 2.0));
  }
}
