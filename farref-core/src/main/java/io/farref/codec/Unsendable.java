package io.farref.codec;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value that cannot travel, thrown where it was found; collects the path to it on the way up. */
final class Unsendable extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int KEPT = 16;

  private final boolean refused;
  private final String what;
  private final String advice;
  private final transient List<String> innermost = new ArrayList<>();
  private final transient Deque<String> outermost = new ArrayDeque<>();
  private int left;

  private Unsendable(boolean refused, String what, String advice, @Nullable Throwable cause) {
    super(null, cause, false, false);
    this.refused = refused;
    this.what = what;
    this.advice = advice;
  }

  /** No encoding exists. */
  static Unsendable noEncoding(String what, String advice) {
    return new Unsendable(false, what, advice, null);
  }

  /** Code of the user failed while its value was written. */
  static Unsendable failed(String what, String advice, Throwable cause) {
    return new Unsendable(false, what, advice, cause);
  }

  /** It is not allowed, or over a limit. */
  static Unsendable refused(String what, String advice) {
    return new Unsendable(true, what, advice, null);
  }

  /** The same, without a path. */
  Unsendable again() {
    return new Unsendable(refused, what, advice, getCause());
  }

  /** Puts one step in front of the path. */
  Unsendable at(String step) {
    if (innermost.size() < KEPT) {
      innermost.add(step);
    } else {
      outermost.addFirst(step);
      if (outermost.size() > KEPT) {
        outermost.removeLast();
        left++;
      }
    }
    return this;
  }

  /** The exception that the caller gets. */
  RpcException toException(String root) {
    StringBuilder path = new StringBuilder();
    outermost.forEach(path::append);
    if (left > 0) {
      path.append(" -> (").append(left).append(" more steps)");
    }
    for (String step : innermost.reversed()) {
      path.append(step);
    }
    StringBuilder message = new StringBuilder("cannot send ").append(what);
    if (!path.isEmpty()) {
      message.append(" at ");
      if (path.indexOf(" -> ") == 0) {
        path.delete(0, " -> ".length());
      } else {
        message.append(root);
      }
      message.append(path);
    }
    message.append(": ").append(advice);
    return refused
        ? new RefusedException(message.toString(), getCause(), Execution.NOT_EXECUTED)
        : new EncodingException(message.toString(), getCause(), Execution.NOT_EXECUTED);
  }
}
