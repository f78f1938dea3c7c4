package io.farref.tools;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** The main classes that the tests run in JVMs of their own. */
final class TestMains {
  private TestMains() {}

  private static String env(String name) {
    return String.valueOf(System.getenv(name));
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** Prints its arguments and Farref's part of the environment. */
  static final class Show {
    private Show() {}

    public static void main(String[] args) {
      for (String arg : args) {
        System.out.println("arg [" + arg + "]");
      }
      Map<String, String> environment = new TreeMap<>(System.getenv());
      environment.keySet().removeIf(name -> !name.startsWith("FARREF_"));
      System.out.println("env " + environment);
      System.out.println("property " + System.getProperty("shown"));
    }
  }

  /** Exits with a code if it has the rank; waits to be ended otherwise. */
  static final class ExitIfRank {
    private ExitIfRank() {}

    public static void main(String[] args) throws InterruptedException {
      System.out.println("ready");
      if (env("FARREF_RANK").equals(args[0])) {
        System.exit(Integer.parseInt(args[1]));
      }
      waitForEver();
    }
  }

  /** Waits and does not end when it is asked to. */
  static final class Stubborn {
    private Stubborn() {}

    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      waitForEver();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  }));
      System.out.println("ready");
      waitForEver();
    }
  }

  /** Fails until it was started again so often. */
  static final class FailsUntilRestart {
    private FailsUntilRestart() {}

    public static void main(String[] args) {
      System.out.println("at " + env("FARREF_RENDEZVOUS"));
      if (Integer.parseInt(env("FARREF_RESTART")) < Integer.parseInt(args[0])) {
        System.exit(3);
      }
    }
  }

  /** Prints numbered lines to both streams, and a last one without an end. */
  static final class Chatter {
    private Chatter() {}

    public static void main(String[] args) {
      String text = "ä€😀".repeat(50);
      IntStream.range(0, Integer.parseInt(args[0]))
          .forEach(
              i -> {
                System.out.println(i + " " + text);
                System.err.println(i + " " + text);
              });
      System.out.print("no end");
      System.out.flush();
    }
  }

  /** Throws, while a thread that would keep the JVM alive runs on. */
  static final class Thrower {
    private Thrower() {}

    public static void main(String[] args) {
      new Thread(
              () -> {
                try {
                  waitForEver();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              })
          .start();
      throw new IllegalStateException("thrown on purpose", new Exception("its cause"));
    }
  }

  /** Has no static main, as programs need not since Java 25. */
  static class Instance {
    void main() {
      System.out.println("instance of " + getClass().getSimpleName());
    }
  }

  /** Inherits its main. */
  static final class Subclass extends Instance {}

  /** Has none at all. */
  static final class NoMain {
    private NoMain() {}
  }

  /** Starts a job itself and prints the process id of its worker once that is up. */
  static final class Launcher {
    private Launcher() {}

    public static void main(String[] args) throws Exception {
      try (Job job =
          Job.builder()
              .mainClass(ExitIfRank.class.getName())
              .args("none", "0")
              .output(line -> System.out.println("child " + line.worker().pid()))
              .start()) {
        job.waitFor();
      }
    }
  }
}
