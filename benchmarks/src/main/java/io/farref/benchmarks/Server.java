package io.farref.benchmarks;

import io.farref.Worker;
import java.io.IOException;

/** The second JVM: a raw socket server and a worker, until its standard input ends. */
final class Server {
  static final String NAME = "server";
  static final String READY = "READY ";

  private Server() {}

  /**
   * Serves.
   *
   * @param args the rendezvous
   */
  public static void main(String[] args) throws IOException {
    int port = RawSocket.serve();
    try (Worker worker = join(NAME, args[0])) {
      System.out.println(READY + port + " " + worker.name());
      while (System.in.read() >= 0) {
        // whatever comes is no reason to stop
      }
    }
  }

  /** Joins a group that needs no other member. */
  static Worker join(String name, String rendezvous) {
    return Worker.builder().name(name).rendezvous(rendezvous).join();
  }
}
