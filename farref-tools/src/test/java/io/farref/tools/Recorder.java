package io.farref.tools;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the output and the notices of a job. */
final class Recorder {
  private final List<Job.Line> lines = new CopyOnWriteArrayList<>();
  private final List<String> notices = new CopyOnWriteArrayList<>();

  /** A job of small JVMs that is recorded here. */
  Job.Builder job(Class<?> mainClass, String... args) {
    return Job.builder()
        .mainClass(mainClass.getName())
        .args(args)
        .jvmArgs("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .output(lines::add)
        .notices(notices::add);
  }

  List<Job.Line> lines() {
    return lines;
  }

  List<String> notices() {
    return notices;
  }

  /** The lines of one worker on one stream. */
  List<String> texts(int rank, boolean error) {
    return lines.stream()
        .filter(line -> line.worker().rank() == rank && line.error() == error)
        .map(Job.Line::text)
        .toList();
  }

  /** Waits until so many lines say so. */
  void awaitLines(int count, String text) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> lines.stream().filter(line -> line.text().equals(text)).count() == count);
  }
}
