package io.farref;

/**
 * What happens to a call that finds a limit reached: as many calls or bytes as the callee accepts
 * are unanswered ({@link Limits#maxPendingCalls}, {@link Limits#maxPendingBytes} of the callee), or
 * too much waits here to be written to it ({@link Limits#maxQueuedBytes} of the caller).
 */
public enum Overload {
  /**
   * The calling thread waits for capacity, whatever the verb: {@code rpcAsync} and {@code remote}
   * return late too, which slows down a caller that is too fast. The wait ends with the call's
   * timeout ({@link RpcTimeoutException}), an interrupt ({@link RpcCancelledException}) or the loss
   * of the callee ({@link WorkerLostException}); in each case the call was not executed.
   */
  WAIT,

  /**
   * The call fails at once with a {@link RefusedException} whose {@link
   * RefusedException#isOverload()} is true and whose message names the limit; the call was not
   * executed. Only while a connection is being opened a call may wait, until the callee has said
   * how much it accepts.
   */
  REFUSE
}
