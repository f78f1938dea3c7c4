package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {
  private static final List<String> WORKLOADS = List.of("latency", "payload");
  private static final List<String> CONTENDERS = List.of("limit-tcp", "farref-tcp", "farref-unix");

  @Test
  void everythingIsMeasuredUnlessSaidOtherwise() {
    Options options = Options.parse();
    assertThat(options)
        .isEqualTo(new Options(3, 1, List.of(), false, null, List.of(), Path.of("latest.tsv")));
    assertThat(options.workloads(WORKLOADS, CONTENDERS)).isEqualTo(WORKLOADS);
    assertThat(CONTENDERS).allMatch(contender -> options.wants(contender, WORKLOADS));
  }

  @Test
  void everyOptionIsRead() {
    assertThat(
            Options.parse(
                "--rounds",
                "2",
                "--scale",
                "0.5",
                "--only",
                "payload,farref",
                "--hot",
                "--lock",
                "l",
                "--markdown",
                "page.md,notes.md",
                "--values",
                "v.tsv"))
        .isEqualTo(
            new Options(
                2,
                0.5,
                List.of("payload", "farref"),
                true,
                "l",
                List.of(Path.of("page.md"), Path.of("notes.md")),
                Path.of("v.tsv")));
  }

  @Test
  void onlySomeWorkloadsMeansAllContendersAndTheOtherWayRound() {
    Options workload = Options.parse("--only", "payload");
    assertThat(workload.workloads(WORKLOADS, CONTENDERS)).containsExactly("payload");
    assertThat(workload.wants("limit-tcp", WORKLOADS)).isTrue();
    Options contender = Options.parse("--only", "farref");
    assertThat(contender.workloads(WORKLOADS, CONTENDERS)).isEqualTo(WORKLOADS);
    assertThat(contender.wants("farref-unix", WORKLOADS)).isTrue();
    assertThat(contender.wants("limit-tcp", WORKLOADS)).isFalse();
  }

  @Test
  void aWrongOptionIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--fast"))
        .withMessage("no such option: --fast");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--rounds"))
        .withMessage("--rounds needs a value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("--only", "cpu").workloads(WORKLOADS, CONTENDERS))
        .withMessageContaining("cpu");
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--rounds", "0"));
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--scale", "NaN"));
  }
}
