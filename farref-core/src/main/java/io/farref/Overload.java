package io.farref;

/**
 * What happens to a call for which there is no room: as many calls or bytes as the other worker
 * takes are unanswered ({@link Limits#maxPendingCalls}, {@link Limits#maxPendingBytes} there), or
 * too much waits here to be written to it ({@link Limits#maxQueuedBytes}).
 */
public enum Overload {
  /**
   * The calling thread waits for room, whatever the verb: also {@code rpcAsync} and {@code remote}
   * then return late, which is what slows down a caller that is too fast. It waits no longer than
   * the call may last ({@link RpcTimeoutException}), until it is interrupted ({@link
   * RpcCancelledException}) or until the other worker is lost ({@link WorkerLostException}); in
   * each case the call was not executed.
   */
  WAIT,

  /**
   * The call fails at once with a {@link RefusedException} whose {@link
   * RefusedException#isOverload()} is true and which names the limit, its value and the size; it
   * was not executed. Only while the connection is being opened a call may wait, for the other
   * worker to say how much it takes.
   */
  REFUSE
}
