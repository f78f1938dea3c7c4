package io.farref.examples.index;

import io.farref.Worker;

/**
 * The main class of the other JVMs of the demo: they join, and serve until the coordinator leaves.
 */
final class ShardServer {
  private ShardServer() {}

  /** Reads its name and the rendezvous of the group from the environment. */
  public static void main(String[] args) {
    Worker.builder()
        .onLeak(leak -> System.err.println("leaked on " + leak.worker() + ": " + leak.values()))
        .join()
        .close();
  }
}
