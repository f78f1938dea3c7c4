package io.farref.benchmarks;

import io.farref.Peer;
import io.farref.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it takes until so many JVMs, which are all up, are one group. Where they are called
 * loaded, each has been a worker alone before and has its classes; else loading those is most of
 * it.
 */
final class JoinMany implements Experiment {
  private static final int MANY = 64;

  /** Small, and quick to begin: 64 of them share the machine. */
  private static final List<String> FLAGS =
      List.of(
          "-Xmx64m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED");

  private static final String UP = "UP";
  private static final String JOINED = "JOINED";
  private static final String CALLED = "CALLED";

  @Override
  public void run(double scale, Values out) throws Exception {
    int many = (int) Math.max(3, MANY * Math.min(1, scale));
    for (int size : new int[] {2, many}) {
      Path directory = Files.createTempDirectory("farref-benchmark");
      try {
        String meeting = directory.toUri().toString();
        group(size, false, size + " workers, file", meeting, out);
        group(size, true, size + " workers, file, loaded", meeting, out);
      } finally {
        Scratch.delete(directory);
      }
      group(size, false, size + " workers, tcp", "tcp://127.0.0.1:" + Ports.free(), out);
      group(size, true, size + " workers, tcp, loaded", "tcp://127.0.0.1:" + Ports.free(), out);
    }
  }

  private static void group(int size, boolean loaded, String row, String meeting, Values out)
      throws Exception {
    List<Process> workers = new ArrayList<>();
    try {
      for (int rank = 0; rank < size; rank++) {
        workers.add(start(meeting, rank, size, loaded));
      }
      awaitAll(workers, UP);
      double joined = step(workers, JOINED);
      int connections = connections(workers);
      double called = step(workers, CALLED);
      out.add(Sheet.JOIN, row, "all joined, ms", joined);
      out.add(Sheet.JOIN, row, "connections then", connections);
      out.add(Sheet.JOIN, row, "each calls the next, ms", called);
      out.add(Sheet.JOIN, row, "connections after that", connections(workers));
    } finally {
      for (Process worker : workers) {
        worker.destroy();
      }
      for (Process worker : workers) {
        worker.waitFor();
      }
    }
  }

  private static Process start(String meeting, int rank, int size, boolean loaded)
      throws IOException {
    List<String> command =
        Jvm.command(
            FLAGS,
            Jvm.classPath(),
            JoinMany.class,
            meeting,
            String.valueOf(rank),
            String.valueOf(size),
            String.valueOf(loaded));
    ProcessBuilder process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    process.environment().put("FARREF_SAME_HOST", "tcp"); // those connections can be counted
    return process.start();
  }

  /** Lets all workers continue, and returns how many milliseconds the last one needed. */
  private static double step(List<Process> workers, String answer) throws IOException {
    long start = System.nanoTime();
    for (Process worker : workers) {
      worker.outputWriter().write("\n");
      worker.outputWriter().flush();
    }
    awaitAll(workers, answer);
    return (System.nanoTime() - start) / 1e6;
  }

  private static void awaitAll(List<Process> workers, String answer) throws IOException {
    for (Process worker : workers) {
      var _ = Cell.await(worker, answer);
    }
  }

  /** Both ends are in the group. */
  private static int connections(List<Process> workers) throws IOException {
    int ends = 0;
    for (Process worker : workers) {
      ends += TcpConnections.of(worker.pid());
    }
    return ends / 2;
  }

  /** Has this JVM load the classes that joining through that kind of store needs. */
  private static void load(String meeting) throws IOException {
    String alone =
        meeting.startsWith("tcp:")
            ? "tcp://127.0.0.1:" + Ports.free()
            : meeting + "/" + ProcessHandle.current().pid();
    try (Worker me = Worker.builder().rank(0).worldSize(1).rendezvous(alone).join()) {
      Check.equal(me.self().rpcSync(() -> 1), 1);
    }
  }

  /**
   * One of the workers: {@code RENDEZVOUS RANK SIZE LOADED}; a line of input lets it take a step.
   */
  public static void main(String[] args) throws IOException {
    int rank = Integer.parseInt(args[1]);
    int size = Integer.parseInt(args[2]);
    Worker.Builder builder =
        Worker.builder().name("w" + rank).rank(rank).worldSize(size).rendezvous(args[0]);
    BufferedReader steps =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (Boolean.parseBoolean(args[3])) {
      load(args[0]);
    }
    System.out.println(UP);
    var _ = steps.readLine();
    Worker me = builder.join();
    System.out.println(JOINED);
    var _ = steps.readLine();
    Peer next = me.peer((rank + 1) % size);
    Check.equal(next.rpcSync(() -> rank + 1), rank + 1);
    System.out.println(CALLED);
    var _ = steps.readLine();
    me.closeNow();
  }
}
