package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Not how fast it is, only that it runs: over two JVMs, with answers that are right. */
final class EndToEndTest {
  @Test
  void everySectionReportsFarrefBesideItsLimit() throws Exception {
    String report = EndToEnd.run(new Options(1, 0.02, Set.copyOf(Options.SECTIONS), false));
    assertThat(report.lines().filter(line -> line.startsWith("### "))).hasSize(7);
    assertThat(report.lines().filter(line -> line.startsWith("| limit"))).hasSize(7);
    assertThat(report)
        .contains(
            "| peer.rpcSync(() -> …) |",
            "| rref.rpcSync(c -> …) |",
            "| facade |",
            "| rpcAsync, one caller |",
            "| rpcSync, virtual threads |",
            "| peer.rpcSync, a byte[] |",
            "| remote, rpc, close |")
        .doesNotContain("–");
  }

  @Test
  void aSectionThatIsNotAskedForIsNotThere() throws Exception {
    String report = EndToEnd.run(new Options(2, 0.01, Set.of("latency"), false));
    assertThat(report.lines().filter(line -> line.startsWith("### "))).hasSize(1);
    assertThat(report).contains("### Latency of one small call").contains("–");
  }
}
