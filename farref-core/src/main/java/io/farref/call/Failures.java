package io.farref.call;

import io.farref.EncodingException;
import io.farref.JoinException;
import io.farref.RRefReleasedException;
import io.farref.RefusedException;
import io.farref.RemoteFailureException;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.UnknownPeerException;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.codec.RemoteFailures;
import io.farref.observe.OurFrames;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prepares exceptions for the code that catches them: stack traces, wrapping, execution. */
public final class Failures {
  /** The classes of failures that always can be rebuilt, unless there is no memory for them. */
  private static final Set<String> OURS =
      Arrays.stream(RpcException.class.getPermittedSubclasses())
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  private Failures() {}

  /** Throws anything, checked or not. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <X extends Throwable> RuntimeException sneak(Throwable thrown) throws X {
    throw (X) thrown;
  }

  /**
   * The failure of a stage, without the wrapper that the JDK adds when a stage depends on another.
   * A {@link CompletionException} with a message of its own was thrown as such, and stays.
   */
  public static Throwable ofStage(Throwable failure) {
    return failure.getClass() == CompletionException.class
            && failure.getCause() instanceof Throwable cause
            && isText(failure.getMessage(), cause)
        ? cause
        : failure;
  }

  private static boolean isText(@Nullable String message, Throwable cause) {
    try {
      return cause.toString().equals(message);
    } catch (RuntimeException | Error e) { // of a class of the user's
      return true;
    }
  }

  /**
   * What a future must fail with, so that its {@code get()} tells this failure. A future that
   * failed with a {@link CancellationException} itself would count as cancelled, and of a {@link
   * CompletionException} it would tell the cause only: these two go into a wrapper, as the JDK does
   * with the failure of another stage.
   */
  public static Throwable toHold(Throwable thrown) {
    return thrown instanceof CancellationException || thrown instanceof CompletionException
        ? new CompletionException("thrown by the called code", thrown)
        : thrown;
  }

  /** Adds a line to the remote stack trace that names the two workers. */
  public static void mark(Throwable thrown, String callee, String caller) {
    StackTraceElement[] remote = thrown.getStackTrace();
    StackTraceElement[] marked = Arrays.copyOf(remote, remote.length + 1);
    marked[remote.length] =
        new StackTraceElement(
            "farref", "<on worker " + callee + ", called from worker " + caller + ">", null, -1);
    thrown.setStackTrace(marked);
  }

  /** Appends the stack of the current thread, from the frame that called the library. */
  public static void appendLocalStack(Throwable thrown) {
    StackTraceElement[] there = thrown.getStackTrace();
    StackTraceElement[] here = Thread.currentThread().getStackTrace();
    int from = 1;
    while (from < here.length - 1 && OurFrames.isOurs(here[from].getClassName())) {
      from++;
    }
    StackTraceElement[] both = Arrays.copyOf(there, there.length + here.length - from);
    System.arraycopy(here, from, both, there.length, here.length - from);
    thrown.setStackTrace(both);
  }

  /**
   * Marks the failure of an inner call as executed, for the caller of the code that made the inner
   * call and let its failure out: that code ran, however far the inner call got.
   */
  public static Throwable asExecuted(Throwable thrown) {
    return thrown instanceof RpcException e && e.execution() != Execution.EXECUTED
        ? copy(e, Execution.EXECUTED)
        : thrown;
  }

  /**
   * The failure of one use of something that failed before, such as a value whose creation failed.
   * The stored failure tells how far the creation got; the use itself did not run. Each use gets an
   * exception of its own, because callers change exceptions: they add stack traces and suppressed
   * ones.
   */
  public static Throwable ofUse(Throwable stored) {
    return stored instanceof RpcException e ? copy(e, Execution.NOT_EXECUTED) : stored;
  }

  /**
   * The failure of a call whose function did not run, as it arrived. What a creation threw and
   * cannot be rebuilt here tells how far the creation got: see {@link #ofUse}.
   */
  public static Throwable refused(Throwable thrown) {
    return thrown instanceof RemoteFailureException e && !OURS.contains(e.remoteClassName())
        ? copy(e, Execution.NOT_EXECUTED)
        : thrown;
  }

  private static RpcException copy(RpcException e, Execution how) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    Throwable cause = e.getCause();
    RpcException same =
        switch (e) {
          case EncodingException _ -> new EncodingException(message, cause, how);
          case JoinException _ -> new JoinException(message, cause, how);
          case RRefReleasedException _ -> new RRefReleasedException(message, cause, how);
          case RefusedException refused ->
              new RefusedException(message, cause, how, refused.isOverload());
          case RpcCancelledException _ -> new RpcCancelledException(message, cause, how);
          case RpcTimeoutException _ -> new RpcTimeoutException(message, cause, how);
          case UnknownMethodException _ -> new UnknownMethodException(message, cause, how);
          case UnknownPeerException _ -> new UnknownPeerException(message, cause, how);
          case WorkerClosedException _ -> new WorkerClosedException(message, cause, how);
          case WorkerLostException _ -> new WorkerLostException(message, cause, how);
          case RemoteFailureException failure -> RemoteFailures.with(failure, how);
        };
    same.setStackTrace(e.getStackTrace());
    for (Throwable each : e.getSuppressed()) {
      same.addSuppressed(each);
    }
    return same;
  }
}
