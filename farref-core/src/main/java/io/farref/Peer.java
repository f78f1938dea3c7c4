package io.farref;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of the group as seen from this one; the worker itself included.
 *
 * <p>Thread-safe. Sendable: it arrives as the receiving worker's view of the same worker. Equal by
 * group and name.
 *
 * <p><b>The three verbs.</b> Each ships a function to the peer and runs it there. {@code rpcSync}
 * waits for the value, {@code rpcAsync} returns a future of it, {@code remote} leaves it there and
 * returns a reference to it. A function and what it captures are copied, also on a call to oneself.
 *
 * <p><b>Order.</b> What one thread sends to one peer arrives in that order and starts in that
 * order; it then runs concurrently.
 *
 * <p><b>Memory.</b> Arrays of primitives, buffers and memory segments that a function captures are
 * not copied before they are sent, so they must not change until the call has been answered: the
 * sync verb has returned, the future has completed, the reference {@linkplain RRef#isConfirmed is
 * confirmed}. When a call ends without an answer (out of time, interrupted, cancelled), what had
 * been sent of them may be read until the connection has taken it; such a call may only see bytes
 * that changed if it {@linkplain RpcException#execution may be executed}. An arena that is closed
 * too early costs the connection; one that is confined is read before the verb returns, and may be
 * closed then. What a function returns is read for a moment after it has returned: if the callee
 * goes on to change it, let it return a copy.
 *
 * <p>While more than some 64 KiB of it are sent, async verbs and {@code remote} wait for the
 * connection to take them; if it is more than 1 MiB, no longer than the call's limit of time.
 * Smaller calls of other threads go in between.
 *
 * <p><b>Failures.</b> What the function throws is rethrown by the sync verbs as its own type; every
 * other failure is an {@link RpcException}. The async verbs deliver every failure through the
 * future and never throw. {@code remote} never waits for an answer of, and never throws for, the
 * other side: the failure comes out of every use of the reference.
 *
 * <p><b>Limits of time.</b> A call ends at the earliest of its own timeout ({@link #withTimeout},
 * else {@link Worker.Builder#rpcTimeout}), the {@link Deadline} of the block it was made in, and
 * the deadline of the call it was made in.
 *
 * <p><b>Giving up.</b> When a caller no longer waits (its future was cancelled, completed by hand
 * or timed out, the waiting thread was interrupted, the time limit has passed, the caller died or
 * its connection ended), a call that has not begun never begins. The thread of one that runs is
 * interrupted, the stage that it returned is {@linkplain CompletableFuture#cancel cancelled}
 * (return a {@linkplain CompletableFuture#copy copy} of one that is shared), and so are the calls
 * that it made on other workers, waited for or not. The interrupt comes while that call's code runs
 * or not at all; code that does not heed it runs on, and what it calls later and leaves open ends
 * with it. Only its limit of time ends a creation so: others may hold its value already. What a
 * call began on threads of its own is not the call.
 */
public interface Peer {
  /** The worker's name, unique in the group. */
  String name();

  /** The worker's rank, unique among the group's present members. */
  int rank();

  /** Whether this is the worker that this object was obtained from. */
  boolean isSelf();

  /**
   * Runs a function on the peer and waits for its value.
   *
   * @throws X what the function threw there
   * @throws RpcTimeoutException when the time limit passed first
   * @throws RpcCancelledException when the waiting thread was interrupted; its interrupt flag stays
   *     set
   * @throws WorkerLostException when the peer died, was cut off or left
   * @throws EncodingException when the function, a captured value or the result cannot travel
   * @throws RefusedException when a class is not allowed to travel, or a limit is exceeded
   * @throws RemoteFailureException when what the function threw cannot be rebuilt here
   * @throws WorkerClosedException when this worker is closed
   */
  <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteCallable<R, X> fn) throws X;

  /** Runs a function on the peer; the future completes with its value or any failure. */
  <R extends @Nullable Object> CompletableFuture<R> rpcAsync(RemoteCallable<? extends R, ?> fn);

  /** Runs a function on the peer, leaves the value there and returns a reference to it, at once. */
  <R extends @Nullable Object> RRef<R> remote(RemoteCallable<? extends R, ?> fn);

  /** {@link #rpcSync} for a function without a value. */
  <X extends Exception> void runSync(RemoteRunnable<X> fn) throws X;

  /** {@link #rpcAsync} for a function without a value. */
  CompletableFuture<Void> runAsync(RemoteRunnable<?> fn);

  /**
   * Runs a function that returns a stage; the reply goes out when the stage completes. No thread
   * waits for it, neither there nor here. The stage is cancelled when nobody waits for it any more.
   */
  <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteCallable<? extends CompletionStage<R>, ?> fn);

  /**
   * The same peer with another time limit for each call made through it.
   *
   * @param timeout {@link Duration#ZERO} means no limit
   * @throws IllegalArgumentException if negative
   */
  Peer withTimeout(Duration timeout);

  /**
   * Runs an action when this worker has lost the peer: it died, was silent or cut off for longer
   * than the {@linkplain Worker.Builder#sessionTimeout session timeout}, or left. If that was
   * before, the action runs at once. It runs on a thread of its own and may block, once; by then
   * calls to the peer fail, and what only the peer held is given up. A worker that comes back under
   * the same name is another peer. A peer is noticed to be lost only where something connects to
   * it: a call, a reference, or the news of others in an open group; so asking connects to it.
   */
  void onLost(Consumer<? super WorkerLostException> action);

  /**
   * The same peer, with calls that are made again when they fail for a reason that may pass. In an
   * open group, one that is lost is looked for by its name. {@link #remote} is not made again: its
   * failure lives in the reference. All attempts of a call together have its limit of time.
   */
  Peer retrying(Retry policy);

  /** {@link #retrying(Retry)} by {@link Retry#DEFAULT}. */
  default Peer retrying() {
    return retrying(Retry.DEFAULT);
  }
}
