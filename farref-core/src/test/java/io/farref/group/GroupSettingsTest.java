package io.farref.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupSettingsTest {
  private static final Map<String, String> TORCH =
      Map.of("RANK", "2", "WORLD_SIZE", "4", "MASTER_ADDR", "10.0.0.1", "MASTER_PORT", "29500");

  private static GroupSettings read(Map<String, String> environment) {
    return GroupSettings.resolve(GroupSettings.NONE, environment);
  }

  @Test
  void anEmptyEnvironmentSetsNothing() {
    assertThat(read(Map.of())).isEqualTo(GroupSettings.NONE);
  }

  @Test
  void theVariablesOfFarrefDescribeAGroup() {
    GroupSettings settings =
        read(
            Map.of(
                "FARREF_NAME", "ps",
                "FARREF_RANK", "1",
                "FARREF_WORLD_SIZE", "3",
                "FARREF_RENDEZVOUS", "file:///tmp/here",
                "FARREF_ADVERTISE", "10.0.0.2:4000",
                "FARREF_SECRET", "hush"));
    assertThat(settings)
        .isEqualTo(
            new GroupSettings(
                Optional.of("ps"),
                OptionalInt.of(1),
                OptionalInt.of(3),
                Optional.of("file:///tmp/here"),
                Optional.of("10.0.0.2:4000"),
                Optional.of("hush")));
  }

  @Test
  void torchrunsVariablesAreReadAndTheNameIsMadeOfTheRank() {
    GroupSettings settings = read(TORCH);
    assertThat(settings.name()).hasValue("worker-2");
    assertThat(settings.rank()).hasValue(2);
    assertThat(settings.worldSize()).hasValue(4);
    assertThat(settings.rendezvous()).hasValue("tcp://10.0.0.1:29500");
  }

  @Test
  void ownVariablesComeBeforeTorchruns() {
    var environment = new java.util.HashMap<>(TORCH);
    environment.put("FARREF_RANK", "3");
    environment.put("FARREF_WORLD_SIZE", "5");
    environment.put("FARREF_RENDEZVOUS", "tcp://10.0.0.9:1");
    GroupSettings settings = read(environment);
    assertThat(settings.name()).isEmpty();
    assertThat(settings.rank()).hasValue(3);
    assertThat(settings.worldSize()).hasValue(5);
    assertThat(settings.rendezvous()).hasValue("tcp://10.0.0.9:1");
  }

  @Test
  void theProgramComesBeforeTheEnvironmentAndBadVariablesItDoesNotNeedDoNoHarm() {
    GroupSettings program =
        new GroupSettings(
            Optional.of("me"),
            OptionalInt.of(0),
            OptionalInt.of(2),
            Optional.of("mem://x"),
            Optional.of("a:1"),
            Optional.of("s"));
    assertThat(
            GroupSettings.resolve(
                program, Map.of("FARREF_RANK", "what", "WORLD_SIZE", "-1", "MASTER_PORT", "no")))
        .isEqualTo(program);
  }

  @Test
  void anEmptyVariableIsAbsent() {
    assertThat(read(Map.of("FARREF_RANK", "", "RANK", "", "FARREF_NAME", "", "MASTER_ADDR", "")))
        .isEqualTo(GroupSettings.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "FARREF_RANK, one",
    "FARREF_RANK, -1",
    "FARREF_RANK, 99999999999",
    "RANK, 1.5",
    "FARREF_WORLD_SIZE, 0",
    "WORLD_SIZE, many",
    "FARREF_NAME, two words",
    "MASTER_PORT, 70000",
    "MASTER_PORT, 0",
  })
  void aBadVariableIsNamedWithItsValue(String variable, String value) {
    Map<String, String> environment =
        variable.equals("MASTER_PORT")
            ? Map.of(variable, value, "MASTER_ADDR", "localhost")
            : Map.of(variable, value);
    assertThatThrownBy(() -> read(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(variable)
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void halfAMasterIsRefused() {
    assertThatThrownBy(() -> read(Map.of("MASTER_ADDR", "localhost")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MASTER_ADDR and MASTER_PORT go together");
  }

  @Test
  void aMasterMayBeAnIpv6Address() {
    assertThat(GroupSettings.master(Map.of("MASTER_ADDR", "fe80::1", "MASTER_PORT", "80")))
        .hasValue("tcp://[fe80::1]:80");
  }

  @Test
  void aRankOutsideTheWorldIsRefused() {
    assertThatThrownBy(() -> read(Map.of("RANK", "4", "WORLD_SIZE", "4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rank 4 does not exist in a world of 4");
  }

  @Test
  void aWorldOfSeveralNeedsARendezvousAndAWorldOfOneDoesNot() {
    assertThatThrownBy(() -> read(Map.of("FARREF_WORLD_SIZE", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FARREF_RENDEZVOUS");
    assertThat(read(Map.of("FARREF_WORLD_SIZE", "1")).rendezvous()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', false", "a, true", "A-z_0.9:x, true", "ä, false", "'a/b', false"})
  void namesHaveLettersDigitsAndFourSigns(String name, boolean right) {
    if (right) {
      assertThat(WorkerNames.check("a name", name)).isEqualTo(name);
    } else {
      assertThatThrownBy(() -> WorkerNames.check("a name", name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'");
    }
  }

  @Test
  void aNameHas128CharactersAtMost() {
    assertThat(WorkerNames.check("a name", "x".repeat(128))).hasSize(128);
    assertThatThrownBy(() -> WorkerNames.check("a name", "x".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
