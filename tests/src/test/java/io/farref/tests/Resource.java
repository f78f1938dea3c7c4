package io.farref.tests;

import io.farref.Unreferenced;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A value that records, for the whole JVM, when it is unreferenced. */
final class Resource implements Unreferenced {
  private static final List<String> FREED = new CopyOnWriteArrayList<>();

  private final String name;

  Resource(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  @Override
  public void unreferenced() {
    FREED.add(name);
  }

  /** The names of the unreferenced resources, once for each notification. */
  static List<String> freed() {
    return List.copyOf(FREED);
  }

  static void reset() {
    FREED.clear();
  }
}
