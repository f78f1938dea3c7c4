package io.farref;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of threads in docs/concurrency.md, compared with the code that starts threads. */
class ThreadsPageTest {
  private static final String ROOT = Worker.class.getPackageName() + ".";
  private static final Pattern ROW =
      Pattern.compile("\\| `(farref-[^`]+)`[^|]*\\| `([^`]+)` \\|[^|]+\\|[^|]+\\|");

  /** Makes threads for others, which give it a role for the name. */
  private static final String FACTORY = ROOT + "exec.WorkerThreads";

  /** Has a thread that is never started, to ask what it may read. */
  private static final String NEVER_STARTED = ROOT + "mux.StreamChunker";

  private static final JavaClasses MAIN = main();

  @Test
  void eachClassStartsTheThreadsThatThePageSaysItStarts() throws IOException {
    Map<String, Long> listed = new TreeMap<>();
    rows().forEach(row -> listed.merge(ROOT + row.group(2), 1L, Long::sum));
    assertThat(count(ThreadsPageTest::namesAThread)).as("threads by class").isEqualTo(listed);
  }

  @Test
  void everyThreadHasAName() {
    Map<String, Long> builders = count(call -> isCall(call, Thread.class, "ofPlatform|ofVirtual"));
    builders.remove(NEVER_STARTED);
    Map<String, Long> names = count(call -> isCall(call, Thread.Builder.class, "name"));
    assertThat(builders).as("builders of threads, and their names").isEqualTo(names);
    assertThat(calls().filter(ThreadsPageTest::startsAnUnnamedThread).map(JavaCall::getDescription))
        .isEmpty();
  }

  @Test
  void everyThreadSaysWhatItsEndByAnErrorMeans() {
    Map<String, Long> builders = count(call -> isCall(call, Thread.class, "ofPlatform|ofVirtual"));
    builders.remove(NEVER_STARTED);
    Map<String, Long> handlers =
        count(call -> isCall(call, Thread.Builder.class, "uncaughtExceptionHandler"));
    assertThat(handlers).isEqualTo(builders);
    // The other threads are in the group of their worker, which handles their errors.
    Map<String, Long> groups =
        count(
            call ->
                call instanceof JavaConstructorCall
                    && call.getTargetOwner().isEquivalentTo(Thread.class));
    assertThat(groups.keySet())
        .containsExactly(FACTORY.replaceFirst("\\w+$", "ReaderThread"), FACTORY);
  }

  /** One for each row of the table. */
  private static List<Matcher> rows() throws IOException {
    List<String> page = Files.readAllLines(Path.of("../docs/concurrency.md"));
    List<Matcher> rows = page.stream().map(ROW::matcher).filter(Matcher::matches).toList();
    assertThat(rows).hasSizeGreaterThan(10);
    long lines = page.stream().filter(line -> line.startsWith("| `farref-")).count();
    assertThat((long) rows.size()).as("rows that have all columns").isEqualTo(lines);
    return rows;
  }

  private static boolean namesAThread(JavaCall<?> call) {
    if (call.getOriginOwner().getName().equals(FACTORY)
        && call.getOrigin().getName().equals("platform")) {
      return false; // the class that asked for it counts
    }
    return isCall(call, Thread.Builder.class, "name")
        || (call.getTargetOwner().getName().equals(FACTORY) && call.getName().equals("platform"))
        || (call instanceof JavaConstructorCall
            && call.getTargetOwner().isAssignableTo(Thread.class)
            && !call.getOriginOwner().isAssignableTo(Thread.class));
  }

  private static boolean startsAnUnnamedThread(JavaCall<?> call) {
    AccessTarget.CodeUnitCallTarget target = call.getTarget();
    JavaClass owner = target.getOwner();
    boolean named =
        target.getRawParameterTypes().stream()
            .anyMatch(
                type ->
                    type.isAssignableTo(ThreadFactory.class)
                        || type.isAssignableTo(Executor.class));
    return isCall(call, Thread.class, "startVirtualThread")
        || owner.isAssignableTo(ForkJoinPool.class)
        || owner.isAssignableTo(java.util.Timer.class)
        || (!named
            && (owner.isEquivalentTo(Executors.class)
                || (owner.isAssignableTo(ThreadPoolExecutor.class)
                    && call instanceof JavaConstructorCall)
                || isCall(call, CompletableFuture.class, "\\w+Async|delayedExecutor")));
  }

  private static boolean isCall(JavaCall<?> call, Class<?> owner, String method) {
    return call.getTargetOwner().isAssignableTo(owner) && call.getName().matches(method);
  }

  private static Map<String, Long> count(Function<JavaCall<?>, Boolean> isMeant) {
    Map<String, Long> counts = new TreeMap<>();
    calls()
        .filter(isMeant::apply)
        .forEach(call -> counts.merge(topLevel(call.getOriginOwner()), 1L, Long::sum));
    return counts;
  }

  private static String topLevel(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  private static Stream<JavaCall<?>> calls() {
    return MAIN.stream()
        .flatMap(type -> type.getCodeUnits().stream())
        .flatMap(unit -> unit.getCallsFromSelf().stream());
  }

  private static JavaClasses main() {
    try {
      Path root = Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importPath(root.resolve("io"));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
