package io.farref.benchmarks;

import io.farref.Peer;
import io.farref.Worker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/**
 * How long a fresh JVM needs to be a member and to have made its first call, and what archives of
 * classes, or of classes and profiles, save of that.
 */
final class StartTime implements Experiment {
  private static final List<String> BASE =
      List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED");
  private static final String LAP = "LAP ";
  private static final int TRIES = 3;

  @Override
  public void run(double scale, Values out) throws Exception {
    Path scratch = Files.createTempDirectory("farref-benchmark");
    Path meeting = Files.createDirectory(scratch.resolve("meeting"));
    String classPath = jars(scratch);
    Process server = start(with("-Xmx256m"), classPath, "server", meeting);
    try {
      Cell.await(server, Side.READY);
      for (var variant : variants(scratch, classPath, meeting).entrySet()) {
        for (int i = 0; i < Math.max(1, TRIES * scale); i++) {
          lap(variant.getValue(), classPath, meeting).forEach((c, v) -> keep(out, variant, c, v));
        }
      }
    } finally {
      Cell.stop(server);
      Scratch.delete(scratch);
    }
  }

  private static void keep(
      Values out, Map.Entry<String, List<String>> variant, String column, double value) {
    out.add(Sheet.START, variant.getKey(), column, value);
  }

  /** Archives are made from runs like the measured ones. */
  private static Map<String, List<String>> variants(Path scratch, String classPath, Path meeting)
      throws Exception {
    String aot = scratch.resolve("cache.aot").toString();
    String cds = scratch.resolve("classes.jsa").toString();
    lap(with("-XX:AOTCacheOutput=" + aot), classPath, meeting);
    lap(with("-XX:ArchiveClassesAtExit=" + cds), classPath, meeting);
    Map<String, List<String>> variants = new LinkedHashMap<>();
    variants.put("as it is", BASE);
    variants.put("no class-data sharing", with("-Xshare:off"));
    variants.put("application classes shared", with("-XX:SharedArchiveFile=" + cds));
    variants.put("AOT cache", with("-XX:AOTCache=" + aot));
    return variants;
  }

  private static List<String> with(String flag) {
    List<String> flags = new ArrayList<>(BASE);
    flags.add(flag);
    return flags;
  }

  /** Class archives want jars. */
  private static String jars(Path scratch) {
    List<String> jars = new ArrayList<>();
    for (String entry : Jvm.classPath().split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        String jar = scratch.resolve(jars.size() + ".jar").toString();
        int status =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.err, System.err, "-cf", jar, "-C", entry, ".");
        Check.equal(status, 0);
        jars.add(jar);
      } else {
        jars.add(entry);
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  private static Process start(List<String> flags, String classPath, String role, Path meeting)
      throws IOException {
    List<String> command =
        Jvm.command(flags, classPath, StartTime.class, role, meeting.toUri().toString());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Milliseconds since the start of the process, and since the lap before. */
  private static Map<String, Double> lap(List<String> flags, String classPath, Path meeting)
      throws Exception {
    Map<String, Double> laps = new LinkedHashMap<>();
    long start = System.nanoTime();
    long last = start;
    Process client = start(flags, classPath, "client", meeting);
    try (BufferedReader lines = client.inputReader()) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith(LAP)) {
          long now = System.nanoTime();
          laps.put(line.substring(LAP.length()), (now - last) / 1e6);
          last = now;
        }
      }
    }
    Cell.stop(client);
    laps.put("all", (last - start) / 1e6);
    return laps;
  }

  /** Either of the two workers: {@code ROLE RENDEZVOUS}. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("server")) {
      try (Worker server = Worker.builder().name(FarrefClient.SERVER).rendezvous(args[1]).join()) {
        System.out.println(Side.READY + server.name());
        while (System.in.read() >= 0) {
          // whatever comes is no reason to stop
        }
        server.closeNow();
      }
      return;
    }
    System.out.println(LAP + "JVM");
    try (Worker me = Worker.builder().name("client").rendezvous(args[1]).join()) {
      System.out.println(LAP + "join");
      Peer server = me.peer(FarrefClient.SERVER);
      Check.equal(server.rpcSync(() -> 1), 1);
      System.out.println(LAP + "first call");
      for (int i = 0; i < 100; i++) {
        int n = i;
        Check.equal(server.rpcSync(() -> n), n);
      }
      System.out.println(LAP + "100 more");
      me.closeNow();
    }
  }
}
