package io.farref.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves something behind: a thread of Farref that did not exist before the test,
 * or a {@linkplain #track tracked} count that is not 0. Threads and counts have five seconds to
 * disappear.
 *
 * <p>Use it as {@code @ExtendWith(NoLeaks.class)}. Tests that run at the same time in one JVM see
 * each other's threads and counts: do not run such tests in parallel.
 *
 * <p>Farref's threads are those whose names begin with {@code farref-}, except {@code farref-jvm-}:
 * these serve the whole JVM and stay. Virtual threads are not checked: the JVM does not list them.
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final String OURS = "farref-";
  private static final String OF_THE_JVM = "farref-jvm-";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long POLL_NANOS = 2_000_000;
  private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);

  @GuardedBy("itself")
  private static final Map<String, LongSupplier> TRACKED = new LinkedHashMap<>();

  private final Duration timeout;

  /** For {@code @ExtendWith}. */
  public NoLeaks() {
    this(TIMEOUT);
  }

  private NoLeaks(Duration timeout) {
    this.timeout = timeout;
  }

  /** For {@code @RegisterExtension}: sets how long threads and counts have to disappear. */
  public static NoLeaks within(Duration timeout) {
    return new NoLeaks(timeout);
  }

  /**
   * Demands that a count, such as the size of a table, is 0 at the end of the present test.
   *
   * @param what the name of the count in the failure; a second count of the same name replaces the
   *     first
   * @param count is called at the end of the test, several times if need be
   */
  public static void track(String what, LongSupplier count) {
    synchronized (TRACKED) {
      TRACKED.put(what, count);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put("before", new Before(Set.copyOf(ourThreads())));
  }

  /** The threads that existed before the test. */
  private record Before(Set<Thread> threads) {}

  @Override
  public void afterEach(ExtensionContext context) {
    Before before = context.getStore(NAMESPACE).get("before", Before.class);
    List<String> leaks = new ArrayList<>();
    long end = System.nanoTime() + timeout.toNanos();
    takeTracked().forEach((what, count) -> checkCount(what, count, end, leaks));
    checkThreads(before == null ? Set.of() : before.threads, end, leaks);
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          "%s left behind, %s after its end:%n%s"
              .formatted(
                  context.getDisplayName(), timeout, String.join(System.lineSeparator(), leaks)));
    }
  }

  private static Map<String, LongSupplier> takeTracked() {
    synchronized (TRACKED) {
      Map<String, LongSupplier> taken = new LinkedHashMap<>(TRACKED);
      TRACKED.clear();
      return taken;
    }
  }

  private static void checkCount(String what, LongSupplier count, long end, List<String> leaks) {
    long left = count.getAsLong();
    while (left != 0 && end - System.nanoTime() > 0) {
      LockSupport.parkNanos(POLL_NANOS);
      left = count.getAsLong();
    }
    if (left != 0) {
      leaks.add("  " + what + ": " + left);
    }
  }

  private static void checkThreads(Set<Thread> before, long end, List<String> leaks) {
    while (!leakedThreads(before).isEmpty() && end - System.nanoTime() > 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    leakedThreads(before).forEach(thread -> leaks.add(describe(thread)));
  }

  private static List<Thread> leakedThreads(Set<Thread> before) {
    return ourThreads().stream().filter(thread -> !before.contains(thread)).toList();
  }

  private static List<Thread> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith(OURS) && !t.getName().startsWith(OF_THE_JVM))
        .toList();
  }

  private static String describe(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "      at " + frame)
        .collect(
            Collectors.joining(
                System.lineSeparator(),
                "  thread '" + thread.getName() + "' " + thread.getState() + System.lineSeparator(),
                ""));
  }
}
