package io.farref.tests;

import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** The bytes that the objects of each class take on the heap after a collection. */
record Histogram(Map<String, Long> bytesOfClass) {
  /** Objects of the test itself: an array of references, and values that are plain objects. */
  private static final Set<String> OF_THE_TEST = Set.of("java.lang.Object", "[Lio.farref.RRef;");

  /** Collects garbage and counts the objects that are left. */
  static Histogram take() {
    try {
      Object text =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      return new Histogram(
          text.toString()
              .lines()
              .map(line -> line.strip().split("\\s+", -1))
              .filter(words -> words.length >= 4 && words[0].endsWith(":"))
              .collect(Collectors.toMap(w -> w[3], w -> Long.parseLong(w[2]), Long::sum)));
    } catch (JMException e) {
      throw new AssertionError("this JVM tells no class histogram", e);
    }
  }

  /** The growth since an earlier histogram. */
  Histogram minus(Histogram before) {
    Map<String, Long> grown = new TreeMap<>(bytesOfClass);
    before.bytesOfClass.forEach((type, bytes) -> grown.merge(type, -bytes, Long::sum));
    grown.keySet().removeAll(OF_THE_TEST);
    return new Histogram(grown);
  }

  /** The bytes of the library's classes with these simple names. */
  long of(String... names) {
    List<String> wanted = List.of(names);
    return bytesOfClass.entrySet().stream()
        .filter(each -> each.getKey().startsWith("io.farref."))
        .filter(each -> wanted.contains(each.getKey().replaceFirst(".*\\.", "")))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** All bytes. */
  long total() {
    return bytesOfClass.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The classes with the most bytes, one per line. */
  @Override
  public String toString() {
    return bytesOfClass.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(20)
        .map(each -> "%,14d %s".formatted(each.getValue(), each.getKey()))
        .collect(Collectors.joining("\n"));
  }
}
