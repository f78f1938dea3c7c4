package io.farref.tests.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The network between the processes of a chaos run, and how it is broken. */
interface ChaosNetwork extends AutoCloseable {
  /** The prefix of a command that makes it run at a node. */
  List<String> prefix(int node);

  /**
   * The settings of a worker that starts at a node now: {@code listen}, and {@code advertise} where
   * it differs.
   */
  Map<String, String> addresses(int node) throws IOException;

  /** Resets all connections of a node. */
  void reset(int node) throws IOException;

  /** Drops everything to and from a node. Connections stay open. */
  void isolate(int node) throws IOException;

  /** Drops everything on these one-way paths; the opposite directions still work. */
  void block(List<OneWay> paths) throws IOException;

  /** The one-way path from one node to another. */
  record OneWay(int from, int to) {}

  /** Undoes all isolation and blocking. */
  void heal() throws IOException;

  /** A description, for the report. */
  String describe();

  /** Removes everything. */
  @Override
  void close() throws IOException;

  /** Network namespaces where they are permitted, else loopback with proxies. */
  static ChaosNetwork of(int nodes, boolean namespaces) throws IOException {
    if (namespaces) {
      String why = NamespaceNetwork.missing();
      if (why.isEmpty()) {
        return new NamespaceNetwork(nodes);
      }
      System.err.println(
          "chaos: no network namespaces here (" + why + "); loopback and proxies are used instead");
    }
    return new LoopbackNetwork(nodes);
  }

  /** How long a system command may take. */
  Duration COMMAND = Duration.ofSeconds(20);
}
