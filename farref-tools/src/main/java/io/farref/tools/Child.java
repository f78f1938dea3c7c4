package io.farref.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One worker's JVM: its process, and the threads that read what it prints. */
final class Child {
  private static final Logger LOG = System.getLogger(Child.class.getPackageName());

  private final Process process;
  private final Job.Member member;
  private boolean endRequested;

  private Child(Process process, Job.Member member) {
    this.process = process;
    this.member = member;
  }

  /** Starts one; {@code onExit} is called once, after the last line went to the sink. */
  static Child start(
      JobSpec spec, int rank, Map<String, String> group, Sink sink, Consumer<Child> onExit)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(spec));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(Child::describesAnotherGroup);
    environment.putAll(group);
    environment.put("FARREF_NAME", spec.name(rank));
    environment.put("FARREF_RANK", Integer.toString(rank));
    environment.put("FARREF_WORLD_SIZE", Integer.toString(spec.worldSize()));
    environment.putAll(spec.environment());

    Process process = builder.start();
    Child child = new Child(process, new Job.Member(spec.name(rank), rank, process.pid()));
    Thread out = child.pump("out", process.getInputStream(), false, sink);
    Thread err = child.pump("err", process.getErrorStream(), true, sink);
    child.thread(
        "exit",
        () -> {
          process.waitFor();
          out.join();
          err.join();
          onExit.accept(child);
        });
    return child;
  }

  /** Not the variable that selects the transport within a machine: it applies to all groups. */
  private static boolean describesAnotherGroup(String variable) {
    return variable.startsWith("FARREF_") && !variable.equals("FARREF_SAME_HOST");
  }

  private static List<String> command(JobSpec spec) {
    List<String> command = new ArrayList<>();
    command.add(spec.javaHome().resolve("bin").resolve("java").toString());
    command.add("-Dstdout.encoding=UTF-8");
    command.add("-Dstderr.encoding=UTF-8");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(spec.jvmArgs());
    command.addAll(List.of("-cp", spec.classPath(), ChildMain.class.getName(), spec.mainClass()));
    command.addAll(AsciiArguments.encode(spec.args()));
    return command;
  }

  Job.Member member() {
    return member;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** How the process ended; to be called after its end. */
  Job.Exit exit() {
    return new Job.Exit(member, process.exitValue(), endRequested);
  }

  /** Asks it to end. */
  void end(Job.StopSignal signal) {
    if (process.isAlive()) {
      endRequested = true;
      if (signal == Job.StopSignal.TERM || !send(signal)) {
        // The handle, not the process itself: that would close its streams as well.
        process.toHandle().destroy();
      }
    }
  }

  /** Ends it. */
  void kill() {
    endRequested = true;
    process.toHandle().destroyForcibly();
  }

  /** Sends a signal by the kill command: Java itself sends TERM and KILL only. */
  private boolean send(Job.StopSignal signal) {
    try {
      return new ProcessBuilder("kill", "-" + signal.name(), Long.toString(member.pid()))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "There is no kill command; TERM instead of " + signal, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Thread pump(String what, InputStream stream, boolean error, Sink sink) {
    return thread(
        what,
        () -> {
          try (InputStreamReader reader = new InputStreamReader(stream, UTF_8)) {
            LineSplitter lines = new LineSplitter(reader);
            for (String line = lines.next(); line != null; line = lines.next()) {
              sink.line(new Job.Line(member, error, line));
            }
          } catch (IOException e) {
            LOG.log(Level.DEBUG, "Lost the rest of what " + member + " printed", e);
          }
        });
  }

  private Thread thread(String what, Task task) {
    return Thread.ofPlatform()
        .daemon()
        .name("farref-" + member.name() + "-" + what)
        .start(
            () -> {
              try {
                task.run();
              } catch (InterruptedException e) {
                throw new AssertionError("the threads of a job are never interrupted", e);
              }
            });
  }

  private interface Task {
    void run() throws InterruptedException;
  }
}
