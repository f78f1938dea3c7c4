package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Worker;
import io.farref.spi.Link;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OurFramesTest {
  private static final String ROOT = Worker.class.getPackageName();

  @Test
  void everyPackageOfTheLibraryButTheExportedOnesIsOurs() throws Exception {
    Set<String> exported = Set.of(ROOT, Link.class.getPackageName());
    Set<String> packages = packages();
    assertThat(packages).containsAll(exported).hasSizeGreaterThan(10);
    assertThat(packages)
        .allSatisfy(
            each ->
                assertThat(OurFrames.isOurs(each + ".Some"))
                    .as(each)
                    .isEqualTo(!exported.contains(each)));
  }

  @Test
  void noPackageBesideTheLibraryIsOurs() {
    assertThat(
            Stream.of("testkit.Cluster", "tests.CallTest", "examples.Pi", "callers.Some", "Worker")
                .map(each -> ROOT + "." + each))
        .noneMatch(OurFrames::isOurs);
    assertThat(OurFrames.isOurs("java.lang.String")).isFalse();
  }

  private static Set<String> packages() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes.resolve("io"))) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> classes.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }
}
