package io.farref;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  /** Lowest first. A package uses lower rows only; packages of one row do not use each other. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of(""), // io.farref and io.farref.spi: the vocabulary
          List.of("observe", "bytes", "time"),
          List.of("codec", "exec", "tls", "wire", "session", "transport"),
          List.of("call", "group"),
          List.of("facade"),
          List.of("ref"),
          List.of("node"));

  private static final int LINES = 500;

  private static final JavaClasses MAIN = classesBeside(Worker.class);
  private static final JavaClasses TESTS = classesBeside(ArchitectureTest.class);

  @Test
  void everyPackageHasItsRow() {
    assertThat(
            MAIN.stream().filter(type -> row(type) == ROWS.size()).map(JavaClass::getPackageName))
        .as("packages of farref-core that no row of this test names")
        .isEmpty();
  }

  @Test
  void packagesUseLowerRowsOnly() {
    Stream<String> wrong =
        MAIN.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(use -> isFarref(use.getTargetClass()))
            .filter(use -> !mayUse(use.getOriginClass(), use.getTargetClass()))
            .map(use -> use.getDescription());
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    Stream<String> unmarked =
        MAIN.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(ours -> !ours.getClasses().isEmpty())
            .filter(ours -> !isNullMarked(ours))
            .map(JavaPackage::getName);
    assertThat(unmarked).isEmpty();
  }

  @Test
  void nothingIsDeserializedByJava() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
        .because("it would run what others send, before anybody asked whether it may")
        .check(MAIN);
  }

  @Test
  void standardStreamsBelongToTheApplication() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    noClasses()
        .should()
        .callMethod(Throwable.class, "printStackTrace")
        .because("it writes to System.err; use a System.Logger")
        .check(MAIN);
  }

  @Test
  void testsDoNotSleep() {
    noClasses()
        .should()
        .callMethodWhere(sleeps())
        .because("a sleeping test is slow when it passes and wrong when the machine is slow")
        .check(TESTS);
  }

  @Test
  void noFileIsTooLongToRead() throws IOException {
    List<String> tooLong = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        int lines = Files.readAllLines(file).size();
        if (lines > LINES) {
          tooLong.add(file + ": " + lines + " lines");
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  private static DescribedPredicate<JavaAccess<?>> sleeps() {
    return DescribedPredicate.describe(
        "sleeps",
        access ->
            access.getTarget().getName().equals("sleep")
                && (access.getTargetOwner().isEquivalentTo(Thread.class)
                    || access.getTargetOwner().isEquivalentTo(TimeUnit.class)));
  }

  private static boolean mayUse(JavaClass origin, JavaClass target) {
    return unit(origin).equals(unit(target)) || row(target) < row(origin);
  }

  private static int row(JavaClass type) {
    return IntStream.range(0, ROWS.size())
        .filter(row -> ROWS.get(row).contains(unit(type)))
        .findFirst()
        .orElse(ROWS.size());
  }

  /** The part of the package that has a row: {@code call} for {@code io.farref.call.anything}. */
  private static String unit(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals("io.farref") || name.equals("io.farref.spi")) {
      return "";
    }
    String below = name.substring("io.farref.".length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  private static boolean isFarref(JavaClass type) {
    return type.getPackageName().equals("io.farref")
        || type.getPackageName().startsWith("io.farref.");
  }

  private static boolean isNullMarked(JavaPackage ours) {
    Optional<? extends JavaClass> info = ours.tryGetPackageInfo().map(found -> (JavaClass) found);
    return info.isPresent() && info.get().isAnnotatedWith(NullMarked.class);
  }

  private static JavaClasses classesBeside(Class<?> type) {
    try {
      Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importPath(root.resolve("io"));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
