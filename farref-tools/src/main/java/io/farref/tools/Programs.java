package io.farref.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The programs that come with Farref, as far as they are on the class path. */
final class Programs {
  /** Lines {@code name = workers main-class description}. */
  private static final String EXAMPLES = "META-INF/farref/examples.properties";

  private Programs() {}

  /** An example, and as how many workers it runs. */
  record Example(String name, int workers, String mainClass, String description) {}

  /** All examples by name. */
  static Map<String, Example> examples() throws IOException {
    Properties lines = new Properties();
    try (InputStream file = Programs.class.getClassLoader().getResourceAsStream(EXAMPLES)) {
      if (file != null) {
        lines.load(new InputStreamReader(file, UTF_8));
      }
    }
    Map<String, Example> examples = new TreeMap<>();
    for (String name : lines.stringPropertyNames()) {
      examples.put(name, example(name, lines.getProperty(name, "")));
    }
    return examples;
  }

  private static Example example(String name, String line) throws IOException {
    String[] parts = line.split("\\s+", 3);
    try {
      return new Example(name, Integer.parseInt(parts[0]), parts[1], parts[2]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(EXAMPLES + " is malformed at " + name + " = " + line, e);
    }
  }

  /** Runs the main method of a class in this JVM. */
  static void main(String type, List<String> args) throws Exception {
    try {
      Class.forName(type)
          .getMethod("main", String[].class)
          .invoke(null, (Object) args.toArray(String[]::new));
    } catch (ClassNotFoundException e) {
      throw new CommandException(
          type + " is not on the class path; use ./farref of a source checkout", e);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }
}
