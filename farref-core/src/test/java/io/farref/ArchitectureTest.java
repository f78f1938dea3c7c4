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
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  /**
   * Lowest first. A package uses lower rows only; packages of one row do not use each other, except
   * that in {@code a < b} the package {@code b} uses {@code a}. Below all of them are {@code
   * io.farref} and {@code io.farref.spi}, the vocabulary.
   */
  private static final List<List<String>> ROWS =
      List.of(
          List.of("observe", "bytes", "time"),
          List.of(
              "exec",
              "codec",
              "wire",
              "tls",
              "session",
              "transport < transport.unix < transport.shm"),
          List.of("mux", "group < group.store < group.membership"),
          List.of("call < call.client | call.server"),
          List.of("facade"),
          List.of("ref.lifetime < ref.guard < ref"),
          List.of("node.connect < node"));

  private static final Map<String, Place> PLACES = places();

  /** The public API is one package on purpose; the codec's recursion is one idea. */
  private static final Set<String> LARGE_PACKAGES = Set.of("", "codec");

  private static final int FILES = 25;

  private static final int LINES = 500;

  private static final JavaClasses MAIN = classesBeside(Worker.class);
  private static final JavaClasses TESTS = classesBeside(ArchitectureTest.class);

  @Test
  void everyPackageHasItsRow() {
    assertThat(MAIN.stream().map(ArchitectureTest::below).filter(name -> !PLACES.containsKey(name)))
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
  void noPackageIsAFlatListOfFiles() {
    Map<String, Long> files =
        MAIN.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(ArchitectureTest::below, Collectors.counting()));
    files.keySet().removeAll(LARGE_PACKAGES);
    files.values().removeIf(count -> count <= FILES);
    assertThat(files).as("packages of more than " + FILES + " files").isEmpty();
  }

  @Test
  void aNameStandsForOneThing() {
    Map<String, List<String>> byName =
        MAIN.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getPackageName, Collectors.toList())));
    byName.values().removeIf(packages -> packages.size() == 1);
    assertThat(byName).as("names declared in several packages").isEmpty();
  }

  @Test
  void noStringNamesAPackageOfTheLibrary() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        for (String line : Files.readAllLines(file)) {
          if (line.contains("\"io.farref")) {
            found.add(file + ": " + line.strip());
          }
        }
      }
    }
    assertThat(found).as("strings that would be wrong once a package moves").isEmpty();
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
        .that()
        .haveNameNotMatching(".*\\.codec\\.Serial(Input|Output|Level)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
        .because("it would run what others send, before anybody asked whether it may")
        .check(MAIN);
    noClasses()
        .should()
        .callConstructor(ObjectInputStream.class, InputStream.class)
        .orShould()
        .callMethod(ObjectInputStream.class, "readObject")
        .because("a class of the JDK may read values that were decoded and checked, not bytes")
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

  /** A package's row, and its position among those packages of the row that use each other. */
  private record Place(int row, int chain, int position) {
    boolean mayUse(Place target) {
      return target.row < row
          || (target.row == row && target.chain == chain && target.position < position);
    }
  }

  private static Map<String, Place> places() {
    Map<String, Place> places = new HashMap<>();
    places.put("", new Place(-1, 0, 0));
    places.put("spi", new Place(-1, 0, 0));
    for (int row = 0; row < ROWS.size(); row++) {
      for (int chain = 0; chain < ROWS.get(row).size(); chain++) {
        String[] links = ROWS.get(row).get(chain).split(" < ");
        for (int position = 0; position < links.length; position++) {
          for (String name : links[position].split(" \\| ")) {
            places.put(name, new Place(row, chain, position));
          }
        }
      }
    }
    return places;
  }

  private static boolean mayUse(JavaClass origin, JavaClass target) {
    if (below(origin).equals(below(target))) {
      return true;
    }
    Place from = PLACES.get(below(origin));
    Place to = PLACES.get(below(target));
    boolean bothVocabulary = from.row < 0 && to.row < 0;
    return bothVocabulary || from.mayUse(to);
  }

  /** The name of a class's package below {@code io.farref}: {@code call.client}, for example. */
  private static String below(JavaClass type) {
    String name = type.getPackageName();
    return name.equals("io.farref") ? "" : name.substring("io.farref.".length());
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
