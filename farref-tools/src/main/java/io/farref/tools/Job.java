package io.farref.tools;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A group of JVMs on this machine that run the same main class, each with the environment that
 * {@code Worker.join()} reads.
 *
 * <p>The workers end together: when one fails, the others are ended. They also end when this JVM
 * ends, however that happens. Thread-safe.
 */
public final class Job implements AutoCloseable {
  private final Supervisor supervisor;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  private Job(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /** A job of one worker, on the class path of this JVM, that discards its output. */
  public static Builder builder() {
    return new Builder();
  }

  /** The workers; others after a restart. */
  public List<Member> workers() {
    return supervisor.members();
  }

  /** The rendezvous of the group, as in {@code FARREF_RENDEZVOUS}; another one after a restart. */
  public String rendezvous() {
    return supervisor.rendezvous();
  }

  /** The group's secret, as in {@code FARREF_SECRET}. */
  public String secret() {
    return supervisor.secret();
  }

  /** Waits until every worker has ended, restarts included. */
  public Outcome waitFor() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The job could not be restarted", e.getCause());
    }
  }

  /**
   * Sends every worker a signal that asks it to end; those still there after the grace period are
   * killed, all at once if this is the second time. There is no restart after it.
   */
  public void stop(StopSignal signal) {
    supervisor.stop(signal);
  }

  /**
   * Ends the workers that still run, as {@link #stop} with {@link StopSignal#TERM}, and waits for
   * it.
   */
  @Override
  public void close() {
    if (!outcome.isDone()) {
      stop(StopSignal.TERM);
    }
    boolean interrupted = false;
    while (!outcome.isDone()) {
      try {
        outcome.get();
      } catch (InterruptedException e) {
        interrupted = true;
        supervisor.stop(StopSignal.TERM);
      } catch (ExecutionException e) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    try {
      outcome.complete(supervisor.run());
    } catch (Throwable t) {
      outcome.completeExceptionally(t);
    }
  }

  /** The signals that ask a worker to end. */
  public enum StopSignal {
    /** Sent by a terminal that is closed. */
    HUP(1),
    /** Sent by Ctrl-C. */
    INT(2),
    /** Sent by {@code kill}. */
    TERM(15);

    private final int number;

    StopSignal(int number) {
      this.number = number;
    }

    /** The exit code of a process that a signal of this kind has ended. */
    int exitCode() {
      return 128 + number;
    }
  }

  /**
   * One of the JVMs.
   *
   * @param name its {@code FARREF_NAME}
   * @param rank its {@code FARREF_RANK}
   * @param pid its process id
   */
  public record Member(String name, int rank, long pid) {
    @Override
    public String toString() {
      return "worker " + name + " (rank " + rank + ", pid " + pid + ")";
    }
  }

  /**
   * A line that a worker printed.
   *
   * @param worker which
   * @param error whether it came on standard error
   * @param text the line without its end
   */
  public record Line(Member worker, boolean error, String text) {}

  /**
   * How a worker ended.
   *
   * @param worker which
   * @param code its exit code, 128 + n where signal n killed it
   * @param onRequest whether it was told to end before it did
   */
  public record Exit(Member worker, int code, boolean onRequest) {
    @Override
    public String toString() {
      return worker + " " + ExitCodes.describe(code);
    }
  }

  /**
   * How a job ended; its last attempt, if it was restarted.
   *
   * @param exitCode 0 if all went well, the exit code of the worker that failed first, or 128 + n
   *     if the job was stopped by signal n
   * @param failure the worker that failed first
   * @param exits of all workers, in the order in which they ended
   * @param restarts how often the job was started again
   * @param elapsed from the first start to the end
   */
  public record Outcome(
      int exitCode, Optional<Exit> failure, List<Exit> exits, int restarts, Duration elapsed) {}

  /** How a job starts. Not thread-safe; every setter returns the builder. */
  public static final class Builder {
    private String mainClass = "";
    private List<String> args = List.of();
    private int workers = 1;
    private int firstRank;
    private int worldSize = -1;
    private String namePrefix = "w";
    private String classPath = System.getProperty("java.class.path", "");
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private final List<String> jvmArgs = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private int restarts;
    private Duration grace = Duration.ofSeconds(10);
    private Consumer<? super Line> output = line -> {};
    private Consumer<? super String> notices = notice -> {};

    private Builder() {}

    /** The class whose {@code main} every worker runs. */
    public Builder mainClass(String name) {
      mainClass = Objects.requireNonNull(name);
      return this;
    }

    /** The arguments of {@code main}, passed unchanged. */
    public Builder args(List<String> values) {
      args = List.copyOf(values);
      return this;
    }

    /** The arguments of {@code main}, passed unchanged. */
    public Builder args(String... values) {
      return args(List.of(values));
    }

    /** How many JVMs to start, from 1. */
    public Builder workers(int count) {
      workers = count;
      return this;
    }

    /**
     * The rank of the first of them; 0 unless set. Greater than 0 where others, such as this JVM,
     * are members too: then {@link #worldSize} says how many there are in all.
     */
    public Builder firstRank(int rank) {
      firstRank = rank;
      return this;
    }

    /** The size of the group; the first rank and the number of workers unless set. */
    public Builder worldSize(int size) {
      worldSize = size;
      return this;
    }

    /** The prefix of the names, before the rank; {@code w} unless set. */
    public Builder namePrefix(String prefix) {
      namePrefix = Objects.requireNonNull(prefix);
      return this;
    }

    /** The workers' class path; that of this JVM unless set. */
    public Builder classPath(String path) {
      classPath = Objects.requireNonNull(path);
      return this;
    }

    /** The JDK that runs the workers; that of this JVM unless set. */
    public Builder javaHome(Path home) {
      javaHome = Objects.requireNonNull(home);
      return this;
    }

    /** Adds arguments of the workers' JVMs, such as {@code -Xmx1g}. */
    public Builder jvmArgs(String... values) {
      jvmArgs.addAll(List.of(values));
      return this;
    }

    /** Sets an environment variable of the workers, which otherwise have those of this JVM. */
    public Builder env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** How often to start all workers again after one has failed; 0 unless set. */
    public Builder restarts(int times) {
      restarts = times;
      return this;
    }

    /** How long a worker that was told to end may take before it is killed; 10 s unless set. */
    public Builder grace(Duration time) {
      grace = Objects.requireNonNull(time);
      return this;
    }

    /**
     * Sets the consumer of the output of the workers: whole lines, one at a time, on threads of the
     * job.
     */
    public Builder output(Consumer<? super Line> consumer) {
      output = Objects.requireNonNull(consumer);
      return this;
    }

    /**
     * Sets the consumer of the notices of the job itself, such as which worker failed and why;
     * called as that of {@link #output}.
     */
    public Builder notices(Consumer<? super String> consumer) {
      notices = Objects.requireNonNull(consumer);
      return this;
    }

    /**
     * Starts the workers.
     *
     * @throws IOException if a JVM cannot be started; none is left running then
     * @throws IllegalArgumentException if the settings do not fit together
     */
    public Job start() throws IOException {
      check(!mainClass.isEmpty(), "a job needs a main class");
      check(workers >= 1, "a job needs one worker at least, not " + workers);
      check(firstRank >= 0, "ranks start at 0, not at " + firstRank);
      check(restarts >= 0, "restarts are 0 or more, not " + restarts);
      check(!grace.isNegative(), "the grace period is negative: " + grace);
      int size = worldSize < 0 ? firstRank + workers : worldSize;
      check(
          size >= firstRank + workers,
          "%d workers from rank %d do not fit into a group of %d"
              .formatted(workers, firstRank, size));
      Supervisor supervisor =
          new Supervisor(
              new JobSpec(
                  mainClass,
                  args,
                  workers,
                  firstRank,
                  size,
                  namePrefix,
                  withChildMain(classPath),
                  javaHome,
                  List.copyOf(jvmArgs),
                  Map.copyOf(environment),
                  restarts,
                  grace),
              new Sink(output, notices));
      Job job = new Job(supervisor);
      supervisor.start();
      Thread.ofPlatform().daemon().name("farref-job").start(job::supervise);
      return job;
    }

    private static void check(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalArgumentException(otherwise);
      }
    }

    private static String withChildMain(String classPath) {
      String home = ClassPaths.locationOf(ChildMain.class).toString();
      List<String> entries = List.of(classPath.split(File.pathSeparator, -1));
      return entries.contains(home) ? classPath : ClassPaths.join(classPath, home);
    }
  }
}
