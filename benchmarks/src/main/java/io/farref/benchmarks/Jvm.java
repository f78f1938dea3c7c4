package io.farref.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of JVMs. */
final class Jvm {
  /** The same for all that are compared with each other. */
  static final List<String> FLAGS =
      List.of(
          "-Xms2g",
          "-Xmx6g",
          "-XX:+UseG1GC",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");

  private Jvm() {}

  static List<String> command(List<String> flags, String classPath, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }
}
