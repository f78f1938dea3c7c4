package io.farref.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs with several seeds, and what the tool reports of itself. */
class SeedsTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
  private final List<Long> ran = new ArrayList<>();

  private static Report report(Options options, List<String> violations, List<String> faults) {
    Oracle oracle = new Oracle(options, Map.of(), List.of(), 0);
    return new Report(options, "no network", 300_000, List.of(), oracle, violations, faults);
  }

  private int run(int count, Seeds.Run each) throws Exception {
    AtomicLong seed = new AtomicLong(100);
    return new Seeds(
            Options.parse("--seeds", Integer.toString(count)),
            seed::incrementAndGet,
            options -> {
              ran.add(options.seed());
              return each.of(options);
            })
        .run(out);
  }

  @Test
  void allSeedsRunForFiveMinutesEachUnlessSaidOtherwise() {
    assertThat(Options.parse("--seeds", "10").length()).isEqualTo(Duration.ofMinutes(5));
    assertThat(Options.parse("--minutes", "2", "--seeds", "10").length())
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(Options.parse("--seeds", "10").seeds()).isEqualTo(10);
    assertThatThrownBy(() -> Options.parse("--seeds", "-1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsWithoutViolationsAreListedAndTheExitCodeIsZero() throws Exception {
    assertThat(run(3, options -> report(options, List.of(), List.of()))).isZero();
    assertThat(ran).containsExactly(101L, 102L, 103L);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("run 2 of 3, seed 102", "| 103 | 5.0 min | 0 | 0 | 0 |")
        .doesNotContain("failed");
  }

  @Test
  void theFirstViolationEndsTheRunsAndItsSeedIsNamed() throws Exception {
    int code =
        run(
            3,
            options ->
                report(options, options.seed() == 102 ? List.of("wrong") : List.of(), List.of()));
    assertThat(code).isEqualTo(1);
    assertThat(ran).containsExactly(101L, 102L);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(
            "repeat it with dev/chaos --minutes 5 --seed 102", "| 102 | 5.0 min | 0 | 0 | 1 |");
  }

  @Test
  void aFaultOfTheToolIsNoViolation() throws Exception {
    assertThat(run(3, options -> report(options, List.of(), List.of("died")))).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("not known: this tool failed");
  }

  @Test
  @Timeout(200)
  void aThreadOfTheToolThatDiesIsReportedWithItsStackTrace() throws Exception {
    Options options =
        Options.standard(1).of(2).onLoopback().lasting(Duration.ofSeconds(1)).withBrokenMonitor();
    Report report = Chaos.run(options, out);
    assertThat(report.violations()).isEmpty();
    assertThat(report.exitCode()).isEqualTo(3);
    assertThat(report.faultsOfTool())
        .isNotEmpty()
        .allSatisfy(
            fault ->
                assertThat(fault)
                    .contains("thread 'monitor' died of java.lang.IllegalStateException: broken")
                    .contains("\n\tat io.farref.tests.chaos.ChaosWorker.monitor"));
    assertThat(report.text()).contains("FAULT OF THIS TOOL, not of the library: n");
  }
}
