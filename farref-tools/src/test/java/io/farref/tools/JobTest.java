package io.farref.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Recorder recorder = new Recorder();

  @Test
  void workersFindTheirGroupInTheEnvironment() throws Exception {
    try (Job job =
        recorder
            .job(TestMains.Show.class)
            .workers(2)
            .namePrefix("node-")
            .env("FARREF_ADVERTISE", "set here")
            .jvmArgs("-Dshown=yes")
            .start()) {
      assertThat(job.waitFor().exitCode()).isZero();

      for (int rank = 0; rank < 2; rank++) {
        assertThat(recorder.texts(rank, false))
            .contains("property yes")
            .anySatisfy(
                line ->
                    assertThat(line)
                        .startsWith("env {FARREF_ADVERTISE=set here, FARREF_NAME=node-"));
        assertThat(String.join("\n", recorder.texts(rank, false)))
            .contains("FARREF_NAME=node-" + rank)
            .contains("FARREF_RANK=" + rank)
            .contains("FARREF_WORLD_SIZE=2")
            .contains("FARREF_RENDEZVOUS=" + job.rendezvous())
            .contains("FARREF_SECRET=" + job.secret());
      }
      assertThat(job.rendezvous()).matches("tcp://127\\.0\\.0\\.1:\\d+");
      assertThat(job.secret()).hasSize(64);
    }
  }

  @Test
  void membersCanBeAddedToAGroupThatHasOthers() throws Exception {
    try (Job job =
        recorder.job(TestMains.Show.class).workers(2).firstRank(1).worldSize(4).start()) {
      assertThat(job.workers()).extracting(Job.Member::rank).containsExactly(1, 2);
      assertThat(job.waitFor().exitCode()).isZero();
      assertThat(recorder.texts(2, false).toString())
          .contains("FARREF_RANK=2")
          .contains("FARREF_WORLD_SIZE=4");
    }
  }

  @Test
  void argumentsArriveUntouched() throws Exception {
    List<String> args = List.of("-n", "--", "", "a b", "\"q\"", "$HOME", "*", "@file", "ä€", "\\");
    try (Job job = recorder.job(TestMains.Show.class).args(args).start()) {
      assertThat(job.waitFor().exitCode()).isZero();
    }
    assertThat(recorder.texts(0, false).stream().filter(line -> line.startsWith("arg")))
        .containsExactlyElementsOf(args.stream().map(arg -> "arg [" + arg + "]").toList());
  }

  @Test
  void linesArriveWholeAndInOrderWithTheLastOneThatHasNoEnd() throws Exception {
    int count = 2_000;
    try (Job job =
        recorder.job(TestMains.Chatter.class, Integer.toString(count)).workers(2).start()) {
      assertThat(job.waitFor().exitCode()).isZero();
    }
    List<String> expected =
        IntStream.range(0, count).mapToObj(i -> i + " " + "ä€😀".repeat(50)).toList();
    for (int rank = 0; rank < 2; rank++) {
      assertThat(recorder.texts(rank, true)).isEqualTo(expected);
      assertThat(recorder.texts(rank, false))
          .isEqualTo(Stream.concat(expected.stream(), Stream.of("no end")).toList());
    }
  }

  @Test
  void consumerThatThrowsDoesNotStopTheWorker() throws Exception {
    try (Job job =
        recorder
            .job(TestMains.Chatter.class, "2000")
            .output(
                line -> {
                  throw new IllegalStateException("on purpose");
                })
            .start()) {
      assertThat(job.waitFor().exitCode()).isZero();
    }
  }

  @Test
  void workerThatIsKilledEndsTheOthersAndIsNamed() throws Exception {
    try (Job job =
        recorder.job(TestMains.ExitIfRank.class, "none", "0").workers(3).grace(LONG).start()) {
      recorder.awaitLines(3, "ready");
      Job.Member victim = job.workers().get(2);
      ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();

      Job.Outcome outcome = job.waitFor();

      assertThat(outcome.exitCode()).isEqualTo(137);
      assertThat(outcome.failure()).contains(new Job.Exit(victim, 137, false));
      assertThat(outcome.exits()).hasSize(3);
      assertThat(outcome.exits().subList(1, 3))
          .allSatisfy(
              exit -> {
                assertThat(exit.code()).isEqualTo(143);
                assertThat(exit.onRequest()).isTrue();
              });
      assertThat(recorder.notices())
          .containsExactly(
              "worker w2 (rank 2, pid "
                  + victim.pid()
                  + ") was killed by signal 9 (SIGKILL); ending the other 2");
    }
  }

  @Test
  void exitCodeIsThatOfTheFirstFailure() throws Exception {
    try (Job job =
        recorder.job(TestMains.ExitIfRank.class, "1", "42").workers(2).grace(LONG).start()) {
      Job.Outcome outcome = job.waitFor();
      assertThat(outcome.exitCode()).isEqualTo(42);
      assertThat(outcome.failure().orElseThrow().worker().rank()).isEqualTo(1);
      assertThat(recorder.notices().getFirst()).endsWith("exited with code 42; ending the other");
    }
  }

  @Test
  void workerThatDoesNotEndInTimeIsKilled() throws Exception {
    try (Job job = recorder.job(TestMains.Stubborn.class).grace(Duration.ofMillis(100)).start()) {
      recorder.awaitLines(1, "ready");
      job.stop(Job.StopSignal.TERM);

      Job.Outcome outcome = job.waitFor();

      assertThat(outcome.exitCode()).isEqualTo(143);
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.exits()).extracting(Job.Exit::code).containsExactly(137);
      assertThat(recorder.notices()).singleElement().asString().endsWith("killing it");
    }
  }

  @Test
  void secondStopKillsAtOnce() throws Exception {
    try (Job job = recorder.job(TestMains.Stubborn.class).grace(LONG).start()) {
      recorder.awaitLines(1, "ready");
      job.stop(Job.StopSignal.INT);
      job.stop(Job.StopSignal.INT);
      assertThat(job.waitFor().exitCode()).isEqualTo(130);
    }
  }

  @Test
  void closeEndsWhatStillRuns() throws Exception {
    List<Job.Member> workers;
    try (Job job = recorder.job(TestMains.ExitIfRank.class, "none", "0").workers(2).start()) {
      recorder.awaitLines(2, "ready");
      workers = job.workers();
    }
    assertThat(workers).noneMatch(worker -> isAlive(worker.pid()));
  }

  @Test
  void failedJobIsStartedAgainElsewhereUntilItSucceeds() throws Exception {
    try (Job job = recorder.job(TestMains.FailsUntilRestart.class, "2").restarts(3).start()) {
      Job.Outcome outcome = job.waitFor();
      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.restarts()).isEqualTo(2);
      assertThat(recorder.texts(0, false)).hasSize(3).doesNotHaveDuplicates();
    }
  }

  @Test
  void restartsHaveAnEnd() throws Exception {
    try (Job job = recorder.job(TestMains.FailsUntilRestart.class, "9").restarts(1).start()) {
      Job.Outcome outcome = job.waitFor();
      assertThat(outcome.exitCode()).isEqualTo(3);
      assertThat(outcome.restarts()).isEqualTo(1);
      assertThat(recorder.lines()).hasSize(2);
    }
  }

  @Test
  void mainThatThrowsFailsAtOnceWithItsOwnStackTrace() throws Exception {
    try (Job job = recorder.job(TestMains.Thrower.class).start()) {
      assertThat(job.waitFor().exitCode()).isEqualTo(1);
    }
    assertThat(String.join("\n", recorder.texts(0, true)))
        .startsWith(
            "Exception in thread \"main\" java.lang.IllegalStateException: thrown on purpose")
        .contains("Caused by: java.lang.Exception: its cause")
        .contains("TestMains$Thrower.main(")
        .doesNotContain("ChildMain")
        .doesNotContain("java.lang.reflect");
  }

  @Test
  void mainNeedNotBeStatic() throws Exception {
    try (Job job = recorder.job(TestMains.Subclass.class).start()) {
      assertThat(job.waitFor().exitCode()).isZero();
    }
    assertThat(recorder.texts(0, false)).containsExactly("instance of Subclass");
  }

  @Test
  void missingMainIsExplained() throws Exception {
    try (Job job = recorder.job(TestMains.NoMain.class).start()) {
      assertThat(job.waitFor().exitCode()).isEqualTo(1);
    }
    assertThat(recorder.texts(0, true)).singleElement().asString().contains("no method main");
  }

  @Test
  void missingClassIsExplained() throws Exception {
    try (Job job = recorder.job(TestMains.Show.class).mainClass("com.acme.Missing").start()) {
      assertThat(job.waitFor().exitCode()).isEqualTo(1);
    }
    assertThat(recorder.texts(0, true))
        .singleElement()
        .asString()
        .startsWith("farref: there is no class com.acme.Missing on the class path ");
  }

  @Test
  void workersDieWithTheLauncherHoweverItDies() throws Exception {
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TestMains.Launcher.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      assertThat(line).startsWith("child ");
      long pid = Long.parseLong(line.substring("child ".length()));
      assertThat(isAlive(pid)).isTrue();

      launcher.destroyForcibly();

      await().atMost(Duration.ofMinutes(1)).until(() -> !isAlive(pid));
    } finally {
      launcher.destroyForcibly();
    }
  }

  @Test
  void jvmThatCannotBeStartedIsAnErrorAtOnce(@TempDir Path noJdk) {
    assertThatThrownBy(() -> recorder.job(TestMains.Show.class).javaHome(noJdk).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(noJdk.toString());
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Job.builder().start()).hasMessage("a job needs a main class");
    assertThatThrownBy(() -> recorder.job(TestMains.Show.class).workers(0).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a job needs one worker at least, not 0");
    assertThatThrownBy(
            () -> recorder.job(TestMains.Show.class).workers(3).firstRank(2).worldSize(4).start())
        .hasMessage("3 workers from rank 2 do not fit into a group of 4");
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
