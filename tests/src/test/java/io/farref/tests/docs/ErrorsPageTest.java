package io.farref.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import foreign.Foreign;
import io.farref.EncodingException;
import io.farref.JoinException;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RefusedException;
import io.farref.RemoteFailureException;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.UnknownPeerException;
import io.farref.Worker;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/errors.md has a row for every exception, and says right whether the call ran. */
@Timeout(60)
class ErrorsPageTest {
  private static final String PAGE = "docs/errors.md";
  private static final Pattern EXECUTION = Pattern.compile("\\b(?:NOT_|MAYBE_)?EXECUTED\\b");

  /** Exceptions of calls that were under way: the code tells at run time how far they got. */
  private static final Set<Execution> UNDER_WAY =
      EnumSet.of(Execution.NOT_EXECUTED, Execution.MAYBE_EXECUTED);

  private static Map<String, Set<Execution>> rows() throws IOException {
    Map<String, Set<Execution>> rows = new TreeMap<>();
    for (List<String> row : Pages.table(PAGE, "## The exceptions")) {
      rows.put(row.get(0).replace("`", ""), executions(row.get(2)));
    }
    return rows;
  }

  private static Set<Execution> executions(String text) {
    return EXECUTION
        .matcher(text)
        .results()
        .map(found -> Execution.valueOf(found.group()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Execution.class)));
  }

  @Test
  void everyPermittedSubclassHasARow() throws IOException {
    Set<String> subclasses =
        Arrays.stream(RpcException.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rows().keySet()).isEqualTo(subclasses);
  }

  @Test
  void theExecutionValuesOfARowAreThoseThatTheCodeGives() throws IOException {
    Map<String, Set<Execution>> given = new HashMap<>();
    for (Path file :
        Pages.files(
            Pages.ROOT.resolve("farref-core/src/main/java"),
            path -> path.toString().endsWith(".java"))) {
      String source = Files.readString(file);
      for (String name : rows().keySet()) {
        for (int at = source.indexOf("new " + name + "(");
            at >= 0;
            at = source.indexOf("new " + name + "(", at + 1)) {
          Set<Execution> values = given.computeIfAbsent(name, _ -> EnumSet.noneOf(Execution.class));
          String arguments = arguments(source, source.indexOf('(', at));
          values.addAll(executions(arguments));
          if (arguments.matches("(?s).*,\\s*execution(\\(\\))?\\)")) {
            values.addAll(UNDER_WAY);
          }
        }
      }
    }
    given.put("RemoteFailureException", EnumSet.of(Execution.EXECUTED)); // in its constructor
    given.getOrDefault("RefusedException", Set.of()).add(Execution.EXECUTED); // for a result
    assertThat(rows()).isEqualTo(given);
  }

  private static String arguments(String source, int open) {
    int depth = 0;
    for (int i = open; ; i++) {
      depth += source.charAt(i) == '(' ? 1 : source.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return source.substring(open, i + 1);
      }
    }
  }

  /** An exception with a field that cannot travel. */
  private static final class Unsendable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Object held = Thread.currentThread();
  }

  private static void assertRow(
      Class<? extends RpcException> type, Execution execution, ThrowingCallable use)
      throws IOException {
    Throwable thrown = catchThrowable(use);
    assertThat(thrown).isInstanceOf(type);
    assertThat(((RpcException) thrown).execution()).as("%s", thrown).isEqualTo(execution);
    assertThat(rows().get(type.getSimpleName())).contains(execution);
  }

  @Test
  void eachExceptionComesWithTheExecutionThatItsRowSays(@TempDir Path directory) throws Exception {
    Worker closed;
    try (LocalGroup group = LocalGroup.of("a", "b")) {
      Worker a = group.worker("a");
      closed = a;
      var b = a.peer("b");
      Thread unsendable = new Thread();
      assertRow(
          EncodingException.class, Execution.NOT_EXECUTED, () -> b.rpcSync(unsendable::getName));
      assertRow(EncodingException.class, Execution.EXECUTED, () -> b.rpcSync(Thread::new));
      assertRow(
          RefusedException.class, Execution.NOT_EXECUTED, () -> b.rpcSync(Foreign.function()));
      assertRow(
          RemoteFailureException.class,
          Execution.EXECUTED,
          () ->
              b.runSync(
                  () -> {
                    throw new Unsendable();
                  }));
      RRef<List<Integer>> list = b.remote(() -> List.of(1));
      assertRow(
          UnknownMethodException.class, Execution.NOT_EXECUTED, () -> list.call("noSuchMethod"));
      list.close();
      assertRow(
          RRefReleasedException.class, Execution.NOT_EXECUTED, () -> list.rpcSync(List::size));
      assertRow(UnknownPeerException.class, Execution.NOT_EXECUTED, () -> a.peer("nobody"));
      assertRow(
          RpcTimeoutException.class,
          Execution.MAYBE_EXECUTED,
          () -> b.withTimeout(Duration.ofMillis(50)).runSync(() -> new CountDownLatch(1).await()));
      Thread.currentThread().interrupt();
      try {
        assertRow(
            RpcCancelledException.class,
            Execution.MAYBE_EXECUTED,
            () -> b.runSync(() -> new CountDownLatch(1).await()));
      } finally {
        Thread.interrupted();
      }
    }
    assertRow(
        WorkerClosedException.class, Execution.NOT_EXECUTED, () -> closed.self().runSync(() -> {}));
    assertRow(
        JoinException.class,
        Execution.NOT_EXECUTED,
        () ->
            Worker.builder()
                .worldSize(2)
                .rendezvous(directory.toUri().toString())
                .joinTimeout(Duration.ofMillis(100))
                .join());
  }

  @Test
  void aLostWorkersCallsMayHaveRunAndTheNextDoNot() throws Exception {
    LocalGroup group = LocalGroup.of("a", "b");
    try {
      var b = group.worker("a").peer("b");
      assertRow(
          WorkerLostException.class,
          Execution.MAYBE_EXECUTED,
          () -> b.runSync(() -> Worker.current().closeNow()));
      assertRow(WorkerLostException.class, Execution.NOT_EXECUTED, () -> b.runSync(() -> {}));
    } finally {
      group.closeNow();
    }
  }
}
