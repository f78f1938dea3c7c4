package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RefusedException;
import io.farref.Worker;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes with different builds of the same class, and processes without the group secret. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class BuildsAndSecretsTest {
  private static final String PROGRAM = "io.farref.tests.processes.Program";
  private static final String SOURCE =
      """
      package io.farref.tests.processes;

      import io.farref.RRef;
      import io.farref.Worker;

      final class Program {
        interface Adding {
          int add(int k);
        }

        static int seven() {
          return 7;
        }

        int add(int k) {
          return k + 1;
        }

        static Object lambda() {
          return Worker.current().peer("c").rpcSync(() -> seven() + MORE);
        }

        static Object methodReference() {
          return Worker.current().peer("c").rpcSync(Program::seven);
        }

        static Object facade() {
          try (RRef<Program> there = Worker.current().peer("c").remote(Program::new)) {
            return there.as(Adding.class).add(1);
          }
        }
      }
      """;

  @TempDir private Path directory;
  private final List<Jvm> jvms = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Jvm each : jvms) {
      each.close();
    }
  }

  private Map<String, String> environment(String name, int worldSize, String... more) {
    Map<String, String> all = new HashMap<>();
    all.put("FARREF_NAME", name);
    all.put("FARREF_WORLD_SIZE", Integer.toString(worldSize));
    all.put("FARREF_RENDEZVOUS", rendezvous());
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private String rendezvous() {
    return directory.resolve("rendezvous").toUri().toString();
  }

  private Jvm start(Map<String, String> environment, Path... classPath) throws IOException {
    Jvm jvm = Jvm.start(environment, classPath);
    jvms.add(jvm);
    return jvm;
  }

  private Worker.Builder joining(int worldSize) {
    return Worker.builder()
        .name("a")
        .worldSize(worldSize)
        .rendezvous(rendezvous())
        .joinTimeout(Duration.ofSeconds(90));
  }

  private Path build(String name, String body) throws IOException {
    Path source = Files.createDirectories(directory.resolve(name)).resolve("Program.java");
    Files.writeString(source, SOURCE.replace("MORE", body));
    Path classes = Files.createDirectories(directory.resolve(name + "-classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
    return classes;
  }

  private static Object run(Peer at, String method) throws Exception {
    return at.<Object, Exception>rpcSync(() -> Member.call(PROGRAM, method));
  }

  @Test
  void lambdasOfADifferentBuildAreRefusedAndNamedMethodsWork() throws Exception {
    Path old = build("old", "1");
    start(environment("b", 3), old);
    start(environment("c", 3), build("new", "2 + seven()"));
    try (Worker a = joining(3).join()) {
      Peer b = a.peer("b");
      assertThatThrownBy(() -> run(b, "lambda"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(PROGRAM);
      assertThat(run(b, "methodReference")).isEqualTo(7);
      assertThat(run(b, "facade")).isEqualTo(2);
      assertThat(run(a.peer("c"), "lambda")).isEqualTo(16); // c calls itself: the same build
      for (Jvm each : jvms) {
        each.leave();
      }
    }
  }

  @Test
  void aProcessWithoutTheSecretCannotJoin() throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    Jvm wrong =
        start(
            environment(
                "b", 2, "FARREF_RANK", "1", "FARREF_RENDEZVOUS", place, "FARREF_SECRET", "coffee"));
    Jvm none = start(environment("b", 2, "FARREF_RANK", "1", "FARREF_RENDEZVOUS", place));
    Worker a = null;
    try (var inBackground = Executors.newSingleThreadExecutor()) {
      Future<Worker> joining =
          inBackground.submit(() -> joining(2).rank(0).rendezvous(place).secret("tea").join());
      assertThat(wrong.result()).startsWith("FAILED").containsIgnoringCase("secret");
      assertThat(none.result()).startsWith("FAILED").containsIgnoringCase("secret");
      assertThat(joining).isNotDone();
      Jvm right =
          start(
              environment(
                  "b", 2, "FARREF_RANK", "1", "FARREF_RENDEZVOUS", place, "FARREF_SECRET", "tea"));
      a = joining.get(60, TimeUnit.SECONDS);
      assertThat(a.peer("b").<Long, RuntimeException>rpcSync(() -> ProcessHandle.current().pid()))
          .isEqualTo(right.pid());
      right.leave();
      a.close();
      assertThat(right.awaitExit()).isZero();
    } finally {
      if (a != null) {
        a.closeNow();
      }
    }
  }

  @Test
  void aWorkerWithoutASecretDoesNotListenOnAnAddressThatOtherMachinesReach() throws Exception {
    Jvm open = start(environment("b", 2, "FARREF_ADVERTISE", "0.0.0.0:0"));
    assertThat(open.result()).startsWith("FAILED").contains("FARREF_SECRET", "0.0.0.0:0");
    assertThat(open.awaitExit()).isEqualTo(3);
  }

  @Test
  void theVariablesOfTorchrunDescribeAGroup() throws Exception {
    int port = Ports.free();
    for (int rank = 0; rank < 2; rank++) {
      start(
          Map.of(
              "RANK",
              Integer.toString(rank),
              "WORLD_SIZE",
              "2",
              "MASTER_ADDR",
              "127.0.0.1",
              "MASTER_PORT",
              Integer.toString(port)));
    }
    for (int rank = 0; rank < 2; rank++) {
      assertThat(jvms.get(rank).result()).isEqualTo("JOINED worker-" + rank + " " + rank);
      jvms.get(rank).leave();
    }
    for (Jvm each : jvms) {
      assertThat(each.awaitExit()).isZero();
    }
  }
}
