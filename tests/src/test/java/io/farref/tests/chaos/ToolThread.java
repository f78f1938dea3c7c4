package io.farref.tests.chaos;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;

/**
 * The code of a thread of the tool. What ends it early is a fault of the tool, which says nothing
 * about the library before somebody has looked at the stack trace.
 */
final class ToolThread {
  /** Of ASCII, since the output of a process may have no other characters. */
  private static final String LINE = " \u001e ";

  private ToolThread() {}

  /** The code, which reports what ends it early: the thread's name and the stack trace. */
  static Runnable of(Runnable code, Consumer<String> report) {
    return () -> {
      try {
        code.run();
      } catch (Throwable e) {
        report.accept("thread '" + Thread.currentThread().getName() + "' died of " + trace(e));
      }
    };
  }

  /** The stack trace of a throwable. */
  static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString().strip();
  }

  /** A text in one line. */
  static String inOneLine(String text) {
    return text.replace("\n", LINE);
  }

  /** A text that {@link #inOneLine} made one line of. */
  static String inLines(String line) {
    return line.replace(LINE, "\n");
  }
}
