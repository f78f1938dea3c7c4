package io.farref.tests.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where the processes of a chaos run live, and how the network between them breaks. */
interface Ground extends AutoCloseable {
  /** What to put before a command so that it runs at a node. */
  List<String> prefix(int node);

  /**
   * The settings of a worker that starts at a node now: {@code listen}, and {@code advertise} where
   * that is another.
   */
  Map<String, String> addresses(int node) throws IOException;

  /** Resets all connections of a node. */
  void reset(int node) throws IOException;

  /** Nothing reaches a node any more, and nothing from it. Connections stay. */
  void isolate(int node) throws IOException;

  /** Nothing goes these ways any more; the opposite ways it does. */
  void block(List<Way> ways) throws IOException;

  /** From one node to another. */
  record Way(int from, int to) {}

  /** Takes back all that was isolated and blocked. */
  void heal() throws IOException;

  /** What it is, for the report. */
  String describe();

  /** Removes everything. */
  @Override
  void close() throws IOException;

  /** Network namespaces where they are permitted, else loopback with proxies. */
  static Ground of(int nodes, boolean namespaces) throws IOException {
    if (namespaces) {
      String why = NamespaceGround.missing();
      if (why.isEmpty()) {
        return new NamespaceGround(nodes);
      }
      System.err.println(
          "chaos: no network namespaces here (" + why + "); loopback and proxies are used instead");
    }
    return new LoopbackGround(nodes);
  }

  /** How long a command of the system may take. */
  Duration COMMAND = Duration.ofSeconds(20);
}
