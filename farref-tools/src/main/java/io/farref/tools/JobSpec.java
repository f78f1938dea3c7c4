package io.farref.tools;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The settings of a {@link Job.Builder}, checked and complete. */
record JobSpec(
    String mainClass,
    List<String> args,
    int workers,
    int firstRank,
    int worldSize,
    String namePrefix,
    String classPath,
    Path javaHome,
    List<String> jvmArgs,
    Map<String, String> environment,
    int restarts,
    Duration grace) {

  String name(int rank) {
    return namePrefix + rank;
  }
}
