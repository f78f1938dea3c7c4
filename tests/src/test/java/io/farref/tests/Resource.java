package io.farref.tests;

import io.farref.Unreferenced;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A value that tells, to the whole JVM, when nothing refers to it any more. */
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

  /** The names of those that were told, as often as they were. */
  static List<String> freed() {
    return List.copyOf(FREED);
  }

  static void reset() {
    FREED.clear();
  }
}
