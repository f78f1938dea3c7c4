package io.farref;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of the group as seen from this one, which may be the same worker. Its methods ship
 * functions to that worker and run them there.
 *
 * <p>Thread-safe. Two peers are equal if they are of the same group and name. A peer can travel: it
 * arrives as the receiving worker's view of the same worker.
 *
 * <p>The three verbs differ in what happens to the result: {@link #rpcSync} waits for it, {@link
 * #rpcAsync} returns a future of it, {@link #remote} leaves it on the peer and returns a reference.
 * Each of them copies the function and the values that it captures, also on a call to the worker
 * itself.
 *
 * <p>Calls that one thread sends to one peer start there in the order in which they were sent. Then
 * they run at the same time.
 *
 * <p>{@link #withTimeout} and {@link #retrying} return views of a peer. They stand for the same
 * worker and only change the calls that are made through them.
 */
public interface Peer {
  /** The worker's name, unique in the group. */
  String name();

  /** The worker's rank, from 0, unique among the present members. */
  int rank();

  /** Whether this peer is the worker itself on which this object was obtained. */
  boolean isSelf();

  /**
   * Runs a function on the peer and waits for its result, which is copied.
   *
   * <p>The call ends at the earliest of its own timeout ({@link #withTimeout}, else {@link
   * Worker.Builder#rpcTimeout}), the {@link Deadline} of the block in which it was made, and the
   * deadline of the call in which it was made. When it ends without an answer, or the waiting
   * thread is interrupted, a function that has not begun never begins. The thread that runs one is
   * interrupted once, and the calls that the function has made on other workers are cancelled, also
   * those for which it does not wait. Code that ignores the interrupt continues to run; calls that
   * it makes later and leaves open end when it ends. Work that the function started on threads of
   * its own continues.
   *
   * <p>Arrays of primitives, buffers and memory segments that the function captures are not copied
   * before they are sent. They must not change until this method has returned. If it ended without
   * an answer, the connection may still read them for a while; such a call sees changed bytes only
   * if {@link RpcException#execution} is {@code MAYBE_EXECUTED}. Closing their arena while they are
   * read ends the connection; a confined arena is no longer read when this method has returned. The
   * result is read for a moment after the function has returned: if the callee goes on to change
   * it, the function should return a copy.
   *
   * @throws X the exception that the function threw, with its class and fields
   * @throws RpcTimeoutException if the timeout or deadline passed first
   * @throws RpcCancelledException if the waiting thread was interrupted; its interrupt flag stays
   *     set
   * @throws WorkerLostException if the peer died, was cut off or left
   * @throws EncodingException if the function, a captured value or the result cannot travel
   * @throws RefusedException if a class is not allowed to travel, a limit is exceeded, or the peer
   *     does not authorize the call
   * @throws RemoteFailureException if the function threw an exception that cannot be rebuilt here
   * @throws WorkerClosedException if this worker is closed
   */
  <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteCallable<R, X> fn) throws X;

  /**
   * Runs a function on the peer and returns a future of its result, which is copied.
   *
   * <p>This method never throws: the future completes with the result, with the exception that the
   * function threw, or with an {@link RpcException}. It does not wait for the function. It waits
   * for capacity ({@link Overload#WAIT}) and, if more than some 64 KiB are sent, until the
   * connection has accepted them; for more than 1 MiB no longer than the call's timeout.
   *
   * <p>Only its caller cancels a future: one whose function throws a {@link
   * java.util.concurrent.CancellationException} has failed, with that as the cause that {@code
   * get()} and {@code join()} tell, and so has one whose function throws a {@link
   * java.util.concurrent.CompletionException}.
   *
   * <p>Cancelling the future, or completing it, cancels the call as the end of the timeout does:
   * see {@link #rpcSync}. Arrays, buffers and memory segments that the function captures must not
   * change until the future is complete. Callbacks of the future do not have the {@link Deadline}
   * of the block in which the call was made.
   */
  <R extends @Nullable Object> CompletableFuture<R> rpcAsync(RemoteCallable<? extends R, ?> fn);

  /**
   * Runs a function on the peer, leaves its result there and returns a reference to it at once.
   *
   * <p>The reference can be used, chained and passed on before the result exists; uses wait on the
   * peer. This method never waits for an answer and never throws because of the peer: if the
   * function fails or the peer is lost, every use of the reference throws the failure. The caller
   * owns the reference and should {@linkplain RRef#close close} it.
   *
   * <p>The timeout bounds the creation. Cancellation of the creating call does not end it, since
   * other workers may hold the reference already. Arrays, buffers and memory segments that the
   * function captures must not change until the reference is {@linkplain RRef#isConfirmed
   * confirmed}. Waiting for capacity is as in {@link #rpcAsync}.
   */
  <R extends @Nullable Object> RRef<R> remote(RemoteCallable<? extends R, ?> fn);

  /** As {@link #rpcSync}, for a function without a result: waits until it has run. */
  <X extends Exception> void runSync(RemoteRunnable<X> fn) throws X;

  /** As {@link #rpcAsync}, for a function without a result; the future completes with null. */
  CompletableFuture<Void> runAsync(RemoteRunnable<?> fn);

  /**
   * Runs a function that returns a stage, and returns a future of the stage's value. The reply is
   * sent when the stage completes; no thread waits for it, neither here nor on the peer.
   *
   * <p>Otherwise as {@link #rpcAsync}. A stage that was cancelled or failed on the peer fails the
   * future, and does not cancel it. If the call is cancelled, the stage is {@linkplain
   * CompletableFuture#cancel cancelled} too: return a {@linkplain CompletableFuture#copy copy} of a
   * stage that several callers share.
   */
  <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteCallable<? extends CompletionStage<R>, ?> fn);

  /**
   * The same peer with another timeout for each call that is made through it.
   *
   * @param timeout how long each call may take; {@link Duration#ZERO} is no timeout
   * @throws IllegalArgumentException if negative
   */
  Peer withTimeout(Duration timeout);

  /**
   * Runs an action once, when this worker has lost the peer: it died, was silent or cut off for
   * longer than the {@linkplain Worker.Builder#sessionTimeout session timeout}, or left. If the
   * peer is lost already, the action runs at once.
   *
   * <p>The action runs on a thread of its own and may block. By then calls to the peer fail, and
   * the values that only the peer held are freed. A worker that joins again under the same name is
   * another peer. A loss is noticed only over a connection, so this method opens one if there is
   * none.
   */
  void onLost(Consumer<? super WorkerLostException> action);

  /**
   * The same peer, with calls that are retried when they fail for a reason that may pass; see
   * {@link Retry}. All attempts of a call share its timeout. In an open group, a peer that is lost
   * is looked for again by its name. {@link #remote} is not retried: its failure is in the
   * reference.
   */
  Peer retrying(Retry policy);

  /** As {@link #retrying(Retry)}, by {@link Retry#DEFAULT}. */
  default Peer retrying() {
    return retrying(Retry.DEFAULT);
  }
}
