package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Not how fast it is, only that it runs: in JVMs of their own, with answers that are right. */
final class RunTest {
  private static final PrintStream QUIET =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private static Report run(String only) throws Exception {
    Options options = Options.parse("--rounds", "1", "--scale", "0.002", "--only", only);
    Report report = Run.run(options, QUIET);
    assertThat(report.failures()).isEmpty();
    return report;
  }

  @Test
  void theCommonWorkloadsReportFarrefBesideItsLimit() throws Exception {
    Report report =
        run("latency,held,throughput,payload,objects,cost,bulk,million,limit-tcp,farref-tcp");
    Results results = report.results();
    Stream.of(Sheet.values())
        .filter(sheet -> Contender.COMMON.contains(sheet.workload()))
        .forEach(
            sheet -> assertThat(results.contenders(sheet)).contains("limit-tcp", "farref-tcp"));
    assertThat(results.contenders(Sheet.PAYLOAD)).contains("farref-tcp-styles");
    assertThat(results.sheets()).contains(Sheet.COST_BYTES, Sheet.BULK, Sheet.MILLION, Sheet.DROP);
    assertThat(report.text()).contains("| held call over TCP, p50 | ≤ 1.10 × limit-tcp |");
  }

  @Test
  void aLimitNeedsNothingOfFarref() throws Exception {
    assertThat(run("latency,limit-unix").results().contenders(Sheet.LATENCY))
        .containsExactly("limit-unix");
  }

  @Test
  void dependentCallsPassASlowLink() throws Exception {
    Results results = run("link").results();
    assertThat(results.rounds(Sheet.LINK, "farref-tcp-link", "one call").values())
        .allMatch(millis -> millis >= 20);
  }

  @Test
  void workersJoinWithoutAConnection() throws Exception {
    Results results = run("join").results();
    assertThat(results.rounds(Sheet.JOIN, "3 workers, file", "connections then").values())
        .containsExactly(0.0);
    assertThat(results.rounds(Sheet.JOIN, "3 workers, file", "connections after that").values())
        .allMatch(connections -> connections > 0);
  }

  @Test
  void theStartIsMeasuredWithAndWithoutArchives() throws Exception {
    assertThat(run("start").results().contenders(Sheet.START))
        .containsExactly(
            "as it is", "no class-data sharing", "application classes shared", "AOT cache");
  }
}
