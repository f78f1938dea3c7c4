package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.Retry;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.tests.tls.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threads that a run really starts, compared with the table in docs/concurrency.md. */
class ThreadNamesTest {
  private static final Pattern ROW = Pattern.compile("\\| `(farref-[^`]+)`.*");

  private final Set<String> seen = new ConcurrentSkipListSet<>();

  @TempDir Path directory;

  @Test
  void everyThreadOfARunIsInTheTableAndEveryRowOfTheTableIsAThreadOfARun() throws Exception {
    try (RecordingStream events = new RecordingStream()) {
      events.enable("jdk.ThreadStart");
      events.enable("jdk.VirtualThreadStart");
      events.onEvent("jdk.ThreadStart", event -> see(event.getThread("thread")));
      events.onEvent("jdk.VirtualThreadStart", event -> see(event.getThread()));
      events.startAsync();
      // A thread of the JVM may have been started before, by another test.
      Thread.getAllStackTraces().keySet().stream()
          .map(Thread::getName)
          .filter(name -> name.startsWith("farref-jvm-"))
          .forEach(this::see);
      overTcp();
      withTls();
      overFiles();
      events.stop();
    }
    List<String> patterns = patterns();
    assertThat(seen)
        .as("threads of the run")
        .allMatch(name -> patterns.stream().anyMatch(name::matches));
    assertThat(patterns)
        .as("rows of the table")
        .allMatch(row -> seen.stream().anyMatch(name -> name.matches(row)));
  }

  private void see(RecordedThread thread) {
    if (thread != null && thread.getJavaName() != null) {
      see(thread.getJavaName());
    }
  }

  private void see(String name) {
    if (name.startsWith("farref-")) {
      seen.add(name);
    }
  }

  private static List<String> patterns() throws IOException {
    return Files.readAllLines(Path.of("../docs/concurrency.md")).stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> pattern(row.group(1)))
        .toList();
  }

  private static String pattern(String row) {
    return Pattern.quote(row)
        .replace("WORKER", "\\E[^-]+\\Q")
        .replace("SCHEME", "\\E[a-z]+\\Q")
        .replaceFirst("-N\\\\E$", "-\\\\E\\\\d+");
  }

  /** Two workers of one machine, which share memory. */
  private void overTcp() throws Exception {
    run(
        "tcp://127.0.0.1:" + Ports.free(),
        (name, worker) -> both(name, worker).sameHost(SameHost.AUTO),
        a -> {
          Peer toB = a.peer("b");
          assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
          List<?> deep = nested(2_000);
          assertThat(toB.rpcSync(() -> deep.size())).isEqualTo(1);
          Retry impatient = Retry.DEFAULT.withAttemptTimeout(Duration.ofMillis(5));
          assertThat(toB.retrying(impatient).rpcSync(() -> 2)).isEqualTo(2);
        });
  }

  private static List<?> nested(int depth) {
    List<?> list = List.of(0);
    for (int i = 0; i < depth; i++) {
      list = List.of(list);
    }
    return list;
  }

  private void withTls() throws Exception {
    Certificates certificates = new Certificates();
    run(
        "tcp://127.0.0.1:" + Ports.free(),
        (name, worker) -> both(name, worker).tls(certificates.tls(name)).sameHost(SameHost.TCP),
        a -> assertThat(a.peer("b").rpcSync(() -> 1)).isEqualTo(1));
  }

  private static Worker.Builder both(String name, Worker.Builder worker) {
    return worker.rank(name.equals("a") ? 0 : 1).worldSize(2);
  }

  /** A group that workers may join at any time, so each is told of the others. */
  private void overFiles() throws Exception {
    run(
        directory.resolve("group").toUri().toString(),
        (name, worker) -> {},
        a ->
            Groups.eventually(
                "b is a member", () -> a.peers().stream().anyMatch(b -> b.name().equals("b"))));
  }

  /** Joins a and b, lets a act and closes both. */
  private static void run(
      String rendezvous, BiConsumer<String, Worker.Builder> configure, Consumer<Worker> action) {
    List<CompletableFuture<Worker>> joins =
        Stream.of("a", "b")
            .map(
                name ->
                    CompletableFuture.supplyAsync(
                        () -> join(name, rendezvous, configure), Thread::startVirtualThread))
            .toList();
    List<Worker> workers = joins.stream().map(CompletableFuture::join).toList();
    try {
      action.accept(workers.getFirst());
    } finally {
      workers.forEach(Worker::closeNow);
    }
  }

  private static Worker join(
      String name, String rendezvous, BiConsumer<String, Worker.Builder> configure) {
    Worker.Builder builder =
        Worker.builder().name(name).rendezvous(rendezvous).allow("io.farref.tests");
    configure.accept(name, builder);
    return builder.join();
  }
}
