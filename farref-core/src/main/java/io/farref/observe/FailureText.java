package io.farref.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * Describes failures of the process itself, of which neither the JDK nor the operating system says
 * what to do: no file descriptor is left, or the Java runtime lacks a module.
 */
public final class FailureText {
  /**
   * The modules that the library requires, by the package that it uses of them. A program on the
   * class path starts without them, and fails when it first uses one of their classes.
   */
  static final Map<String, String> MODULES =
      Map.of(
          "javax/naming/", "java.naming",
          "jdk/net/", "jdk.net",
          "sun/reflect/", "jdk.unsupported");

  /** The messages of EMFILE and ENFILE begin with this. */
  public static final String SHORTAGE = "Too many open files";

  private static final String EXPLAINED = "has no file descriptor left";
  private static final int MAX_CAUSES = 20;

  /** The most characters of a message; it may quote what another party said, and be its. */
  private static final int MOST = 2_000;

  /** Read in advance: without a descriptor it cannot be read any more. */
  private static final String LIMIT = limit();

  private FailureText() {}

  /**
   * Reads what a log needs, while there are descriptors: the limit, and the time zones. A class of
   * the JDK that finds no descriptor when it is first used cannot be used any more.
   */
  public static void prepare() {
    if (ZoneId.systemDefault().getRules() == null) {
      throw new AssertionError("no rules of the time zone");
    }
  }

  /**
   * The message of a failure, or its class if the message alone says too little; what to do. On one
   * line, and not long, also if others wrote the message: see {@link ForeignText}.
   */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    String text = message == null || failure instanceof Error ? failure.toString() : message;
    return ForeignText.of(text, MOST) + advice(failure);
  }

  /** What to do about a failure, to be appended to a message; empty if this class knows nothing. */
  public static String advice(Throwable failure) {
    if (!isShortage(failure)) {
      return missingModuleIn(failure).map(advice -> " (" + advice + ")").orElse("");
    }
    return String.valueOf(failure.getMessage()).contains(EXPLAINED)
        ? ""
        : " (process "
            + ProcessHandle.current().pid()
            + " "
            + EXPLAINED
            + ", its limit is "
            + LIMIT
            + ": raise it with ulimit -n, or close what is open)";
  }

  /** Whether the failure, or one of its causes, is that there was no file descriptor. */
  public static boolean isShortage(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
      if (String.valueOf(each.getMessage()).contains(SHORTAGE)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  /** What to do about a module that this Java runtime lacks; empty if it has the module. */
  public static Optional<String> ifMissing(String module) {
    return ModuleLayer.boot().findModule(module).isPresent()
        ? Optional.empty()
        : Optional.of(
            "this Java runtime has no module "
                + module
                + ": add it to the image with jlink --add-modules "
                + module);
  }

  private static Optional<String> missingModuleIn(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
      if (each instanceof LinkageError || each instanceof ClassNotFoundException) {
        String message = String.valueOf(each.getMessage()).replace('.', '/');
        for (Map.Entry<String, String> known : MODULES.entrySet()) {
          if (message.contains(known.getKey())) {
            return ifMissing(known.getValue());
          }
        }
      }
      each = each.getCause();
    }
    return Optional.empty();
  }

  private static String limit() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith("Max open files")) {
          return line.substring("Max open files".length()).strip().split(" ", 2)[0];
        }
      }
    } catch (IOException e) {
      System.getLogger(FailureText.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "the limit of open files cannot be read", e);
    }
    return "not known";
  }
}
