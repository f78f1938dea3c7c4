package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The called code threw an exception that cannot be rebuilt on this worker: its class is not
 * allowed or not found here, or one of its fields cannot travel. Its name, message and stack trace
 * arrive as text.
 */
public final class RemoteFailureException extends RpcException {
  private static final long serialVersionUID = 1L;

  private final String remoteClassName;
  private final @Nullable String remoteMessage;
  private final String remoteStackTrace;

  /**
   * Makes one.
   *
   * @param worker the name of the worker on which the exception was thrown
   * @param remoteClassName the binary name of its class
   * @param remoteMessage its message, if it had one
   * @param remoteStackTrace its stack trace, as {@link Throwable#printStackTrace()} prints it
   */
  public RemoteFailureException(
      String worker,
      String remoteClassName,
      @Nullable String remoteMessage,
      String remoteStackTrace) {
    super(
        remoteClassName
            + (remoteMessage == null ? "" : ": " + remoteMessage)
            + " (thrown on worker "
            + worker
            + ", whose exception cannot be rebuilt here)",
        null,
        Execution.EXECUTED);
    this.remoteClassName = remoteClassName;
    this.remoteMessage = remoteMessage;
    this.remoteStackTrace = remoteStackTrace;
  }

  /** The binary name of the class of the exception that was thrown. */
  public String remoteClassName() {
    return remoteClassName;
  }

  /** The message of the exception that was thrown; null if it had none. */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /** The stack trace of the exception that was thrown, with its causes, as text. */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }
}
