package io.farref.group.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.farref.group.Ports;
import io.farref.group.WorkerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers in processes of their own, some of which are killed. */
@Timeout(120)
class ProcessesTest {
  private static final int LONG = 60_000;

  enum Kind {
    TCP,
    FILE
  }

  /** A running {@link WorkerMain}. */
  private final class Worker {
    final Process process;
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Worker(String uri, String name, String rank, int worldSize, int timeoutMillis)
        throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  WorkerMain.class.getName(),
                  uri,
                  name,
                  rank,
                  Integer.toString(worldSize),
                  Integer.toString(timeoutMillis))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      workers.add(this);
      Thread.ofPlatform().daemon().start(this::readLines);
      assertThat(line()).isEqualTo("JOINING");
    }

    private void readLines() {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        reader.lines().forEach(lines::add);
      } catch (IOException | UncheckedIOException e) {
        lines.add("LOST " + e);
      }
    }

    String line() {
      try {
        String line = lines.poll(60, TimeUnit.SECONDS);
        assertThat(line).as("a line from the worker").isNotNull();
        return line;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** The next line that is not about probing. */
    String result() {
      String line = line();
      while (line.startsWith("PROBING ")) {
        line = line();
      }
      return line;
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    void leave() throws Exception {
      process.getOutputStream().close();
      assertThat(result()).isEqualTo("ENDED");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  @TempDir private Path directory;
  private final int port = Ports.free();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();

  private String uri(Kind kind) {
    return kind == Kind.TCP
        ? "tcp://127.0.0.1:" + port
        : directory.resolve("place").toUri().toString();
  }

  /** What happens with one kind of store. */
  private interface Scene {
    void play(Kind kind) throws Exception;
  }

  /** Plays a scene with all kinds at the same time, because processes start slowly. */
  private static void withEachKind(Scene scene) throws Exception {
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<Kind>> played = new ArrayList<>();
      for (Kind each : Kind.values()) {
        played.add(
            threads.submit(
                () -> {
                  scene.play(each);
                  return each;
                }));
      }
      for (Future<Kind> each : played) {
        each.get();
      }
    }
  }

  @AfterEach
  void killAll() throws InterruptedException {
    for (Worker worker : workers) {
      worker.kill();
    }
  }

  @Test
  void processesJoinAndLeave() throws Exception {
    withEachKind(this::processesJoinAndLeave);
  }

  private void processesJoinAndLeave(Kind kind) throws Exception {
    List<Worker> group = new ArrayList<>();
    for (int rank = 3; rank >= 0; rank--) {
      group.add(new Worker(uri(kind), rank == 2 ? "-" : "w" + rank, "" + rank, 4, LONG));
    }
    String first = group.getFirst().result();
    assertThat(first).startsWith("JOINED ").endsWith(" w0=0 w1=1 worker-2=2 w3=3");
    for (Worker worker : group.subList(1, 4)) {
      assertThat(worker.result()).isEqualTo(first);
    }
    for (Worker worker : group) {
      worker.leave();
    }
    if (kind == Kind.FILE) {
      assertThat(directory.resolve("place")).isEmptyDirectory();
    }
  }

  @Test
  void aWorkerKilledWhileItJoinsIsReplacedByTheNextOfItsName() throws Exception {
    withEachKind(this::aWorkerKilledWhileItJoinsIsReplacedByTheNextOfItsName);
  }

  private void aWorkerKilledWhileItJoinsIsReplacedByTheNextOfItsName(Kind kind) throws Exception {
    Worker a = new Worker(uri(kind), "a", "0", 3, LONG);
    Worker killed = new Worker(uri(kind), "b", "1", 3, LONG);
    awaitRegistered(kind, 2);
    killed.kill();
    Worker b = new Worker(uri(kind), "b", "1", 3, LONG);
    Worker c = new Worker(uri(kind), "c", "2", 3, LONG);
    String first = a.result();
    assertThat(first).startsWith("JOINED ").endsWith(" a=0 b=1 c=2");
    assertThat(b.result()).isEqualTo(first);
    assertThat(c.result()).isEqualTo(first);
  }

  @Test
  void aWorkerKilledWhileItJoinsIsNamedByTheOthers() throws Exception {
    withEachKind(this::aWorkerKilledWhileItJoinsIsNamedByTheOthers);
  }

  private void aWorkerKilledWhileItJoinsIsNamedByTheOthers(Kind kind) throws Exception {
    Worker a = new Worker(uri(kind), "a", "0", 3, 6000);
    Worker b = new Worker(uri(kind), "b", "1", 3, LONG);
    // A worker probes only workers that it has seen.
    assertThat(a.line()).startsWith("PROBING 127.0.0.1:");
    b.kill();
    assertThat(a.result()).startsWith("FAILED ").contains("b (rank 1, ").contains("is gone since");
  }

  @Test
  void aHostKilledWhileOthersWaitIsNamed() throws Exception {
    Worker host = new Worker(uri(Kind.TCP), "a", "0", 3, LONG);
    Worker b = new Worker(uri(Kind.TCP), "b", "1", 3, 3000);
    awaitRegistered(Kind.TCP, 2);
    host.kill();
    assertThat(b.result())
        .startsWith("FAILED the group did not come together")
        .contains("the worker that hosted the store at tcp://127.0.0.1:" + port)
        .contains("died or was cut off");
  }

  @Test
  void theKeysOfAKilledGroupDoNotDisturbTheNext() throws Exception {
    withEachKind(this::theKeysOfAKilledGroupDoNotDisturbTheNext);
  }

  private void theKeysOfAKilledGroupDoNotDisturbTheNext(Kind kind) throws Exception {
    for (int round = 0; round < 2; round++) {
      Worker a = new Worker(uri(kind), "a", "0", 2, LONG);
      Worker b = new Worker(uri(kind), "b", "1", 2, LONG);
      assertThat(a.result()).startsWith("JOINED ");
      assertThat(b.result()).startsWith("JOINED ");
      a.kill();
      b.kill();
    }
  }

  private void awaitRegistered(Kind kind, int count) throws IOException {
    JoinedWorkers.Joiner observer = new JoinedWorkers(uri(kind)).worker().rank(99);
    try (var store = observer.open()) {
      var seen = store.list(GroupState.WORKER);
      while (seen.entries().size() < count) {
        seen = store.await(GroupState.WORKER, seen, Duration.ofSeconds(30));
      }
    }
  }
}
