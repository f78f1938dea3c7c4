package io.farref.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Samples of processor time, by the work that it was spent on. */
final class Stages {
  private static final String SAMPLE = "jdk.CPUTimeSample";
  private static final String LIBRARY = "io.farref.";
  private static final String BENCHMARK = "io.farref.benchmarks.";

  private final Map<String, Integer> samples = new TreeMap<>();
  private final Duration last;

  /** Of the last so many seconds of each recording: before that the JVM warms up. */
  Stages(double seconds) {
    this.last = Duration.ofNanos((long) (seconds * 1e9));
  }

  /** Adds the samples of one side. */
  void read(String side, Path recording) throws IOException {
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(recording).stream()
            .filter(event -> event.getEventType().getName().equals(SAMPLE))
            .toList();
    Instant end =
        events.stream().map(RecordedEvent::getStartTime).max(Instant::compareTo).orElseThrow();
    for (RecordedEvent event : events) {
      if (event.getStartTime().isAfter(end.minus(last))) {
        RecordedThread thread = event.getThread("eventThread");
        String name = thread == null ? null : thread.getJavaName();
        String role = role(name == null ? "JVM" : name);
        List<RecordedFrame> frames =
            event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
        samples.merge(side + ", " + role + ": " + stage(names(frames)), 1, Integer::sum);
      }
    }
  }

  private static List<String> names(List<RecordedFrame> frames) {
    return frames.stream()
        .map(frame -> frame.getMethod().getType().getName() + "." + frame.getMethod().getName())
        .toList();
  }

  /** The thread's name without its number. */
  static String role(String thread) {
    return thread
        .replaceAll("[0-9]+", "N")
        .replaceFirst("^farref-(client-|server-)?", "")
        .replaceFirst("-(client|server)$", "");
  }

  /** The first kind of work that matches a stack, innermost frame first. */
  static String stage(List<String> frames) {
    if (frames.isEmpty()) {
      return "JVM";
    }
    String system = system(frames.getFirst());
    if (system != null) {
      return system;
    }
    for (String frame : frames) {
      if (frame.startsWith(BENCHMARK)) {
        return "the function, and its caller";
      }
      if (frame.startsWith(LIBRARY)) {
        String rest = frame.substring(LIBRARY.length());
        return rest.substring(0, rest.indexOf('.'));
      }
    }
    return "JDK";
  }

  private static @Nullable String system(String frame) {
    String method = frame.substring(frame.lastIndexOf('.') + 1);
    if (frame.startsWith("sun.nio.ch.")) {
      return switch (method) {
        case "write0", "writev0" -> "system: write";
        case "read0", "readv0" -> "system: read";
        case "wait", "poll", "poll0" -> "system: wait for bytes";
        default -> null;
      };
    }
    return method.equals("park") || method.equals("unpark") ? "system: hand over" : null;
  }

  /** This much, divided among the stages. */
  Map<String, Double> shares(double whole) {
    double all = samples.values().stream().mapToInt(i -> i).sum();
    Map<String, Double> shares = new TreeMap<>();
    samples.forEach((stage, count) -> shares.put(stage, whole * count / all));
    return shares;
  }
}
