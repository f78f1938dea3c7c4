package io.farref.tools;

import java.util.Map;

/** The meanings of exit codes of processes. */
final class ExitCodes {
  private static final int SIGNALLED = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"));

  private ExitCodes() {}

  /** Describes it as the end of a sentence: "exited with code 3". */
  static String describe(int code) {
    if (code == 0) {
      return "finished";
    }
    String signal = SIGNALS.get(code - SIGNALLED);
    return signal == null
        ? "exited with code " + code
        : "was killed by signal " + (code - SIGNALLED) + " (" + signal + ")";
  }
}
