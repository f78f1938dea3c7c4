package io.farref;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a value that lives on one worker of the group, its owner.
 *
 * <p>Thread-safe and small. A reference can travel: it may be anywhere in an object graph that is
 * sent, and it refers to the same value wherever it arrives. It can be used, chained and sent
 * before the value exists; uses wait on the owner.
 *
 * <p>The value lives as long as any worker holds it. A worker stops holding it when all its
 * references to it were {@linkplain #close closed} or found unreachable by the garbage collector.
 * Two references to one value on one worker are {@linkplain Object#equals equal}.
 *
 * <p>If the value could not be created, every use fails with that failure.
 *
 * @param <T> the value's type
 */
public interface RRef<T extends @Nullable Object> extends AutoCloseable {
  /** The worker on which the value lives. It never changes. */
  Peer owner();

  /** Whether the value lives on this worker. */
  boolean isOwner();

  /**
   * Whether the owner has confirmed that it knows this worker as a holder. From then on, arrays and
   * buffers captured by the function that created the value may change.
   */
  boolean isConfirmed();

  /**
   * The value itself, not a copy. Waits until it exists.
   *
   * @throws IllegalStateException if this worker is not the owner; the message names the owner
   * @throws RRefReleasedException if this reference was closed
   * @throws RpcTimeoutException if the timeout or deadline passed first
   * @throws RpcCancelledException if the waiting thread was interrupted
   */
  T localValue();

  /**
   * A copy of the value; on the owner the value itself. Waits until it exists.
   *
   * @throws EncodingException if the value cannot travel
   * @throws RRefReleasedException if this reference was closed
   * @throws RpcException if the call fails, as described at {@link Peer#rpcSync}
   */
  T toHere();

  /**
   * Runs a function on the owner, with the value as its argument, and waits for the result, which
   * is copied. The value itself is not copied.
   *
   * <p>Timeouts, cancellation and the rules for captured arrays and buffers are those of {@link
   * Peer#rpcSync}.
   *
   * @throws X the exception that the function threw, with its class and fields
   * @throws RRefReleasedException if this reference was closed
   * @throws RpcException if the call fails, as described at {@link Peer#rpcSync}
   */
  <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteFunction<? super T, R, X> fn)
      throws X;

  /**
   * Runs a function on the owner, with the value as its argument, and returns a future of the
   * result. Never throws: every failure completes the future. See {@link Peer#rpcAsync}.
   */
  <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteFunction<? super T, ? extends R, ?> fn);

  /**
   * Runs a function on the owner, with the value as its argument, leaves the result there and
   * returns a reference to it at once. A chain of these costs one round trip in all. A failure is
   * thrown by every use of the new reference. The caller owns that reference and should {@linkplain
   * #close close} it. See {@link Peer#remote}.
   */
  <R extends @Nullable Object> RRef<R> remote(RemoteFunction<? super T, ? extends R, ?> fn);

  /** As {@link #rpcSync}, for a function without a result: waits until it has run. */
  <X extends Exception> void runSync(RemoteConsumer<? super T, X> fn) throws X;

  /** As {@link #rpcAsync}, for a function without a result; the future completes with null. */
  CompletableFuture<Void> runAsync(RemoteConsumer<? super T, ?> fn);

  /**
   * Runs a function on the owner, with the value as its argument, that returns a stage; returns a
   * future of the stage's value. No thread waits for the stage. See {@link Peer#rpcCompose}.
   */
  <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteFunction<? super T, ? extends CompletionStage<R>, ?> fn);

  /**
   * Puts an interface in front of the value. The return type of a method chooses the kind of call:
   * {@link CompletionStage} or {@link CompletableFuture} does not wait, {@code RRef} leaves the
   * result on the owner, anything else waits. The owner finds the method on its value by name and
   * parameter types; the value's class need not implement the interface.
   *
   * <p>The facade is thread-safe and keeps the reference alive. It can be sent and arrives as a
   * facade. The methods of {@link Object} are local. A default method that the value's class does
   * not have runs locally. A checked exception that the interface does not declare arrives in an
   * {@link java.lang.reflect.UndeclaredThrowableException}. Methods that are {@link Idempotent} are
   * retried.
   *
   * @throws IllegalArgumentException if {@code facade} is not an interface
   * @throws UnknownMethodException if the value's class is already known here and lacks a method;
   *     otherwise the call throws it
   */
  <F> F as(Class<F> facade);

  /**
   * Calls a method of the value by its name and waits for what it returns, which is copied.
   *
   * @param method the name of an instance method of the value that is not private
   * @param args its arguments, which are copied
   * @throws UnknownMethodException if no method of that name takes these arguments; the message
   *     names the class and the nearest names
   * @throws java.lang.reflect.UndeclaredThrowableException with a checked exception of the method
   * @throws RpcException if the call fails, as described at {@link Peer#rpcSync}
   */
  @Nullable Object call(String method, @Nullable Object... args);

  /**
   * Calls a method of the value by its name, without waiting. The future completes with what the
   * method returns or with any failure; this method never throws.
   */
  CompletableFuture<@Nullable Object> callAsync(String method, @Nullable Object... args);

  /**
   * Calls a method of the value by its name and leaves what it returns on the owner. Returns a
   * reference to it at once; a failure is thrown by every use of that reference.
   */
  RRef<@Nullable Object> callRemote(String method, @Nullable Object... args);

  /**
   * Makes a reference to the same value that allows the methods of one interface only, called by a
   * facade or by name. An interface of methods that only read makes a read-only reference.
   *
   * <p>The owner enforces it, wherever the reference is passed on to. Shipped functions, {@link
   * #toHere()}, {@link #localValue()} and other methods fail with a {@link RefusedException} that
   * says what is allowed, and are not executed. The new reference is counted on its own, is not
   * equal to this one and keeps the value alive; the caller owns it. It can be restricted further,
   * never widened.
   *
   * @throws IllegalArgumentException if {@code facade} is not an interface
   */
  <F> RRef<F> restrict(Class<F> facade);

  /**
   * Makes a reference to the same value that allows as much as this one, until the holder of the
   * result revokes it. As with {@link #restrict}, it is counted on its own, and the caller owns it.
   */
  Revocable<T> revocable();

  /**
   * Runs a listener once, on a virtual thread, when the value is lost, with its owner or otherwise;
   * at once if it is lost already. It is not run any more after this reference was closed or
   * collected, nor when this worker closes.
   *
   * <p>The listener keeps everything that it refers to alive: if that includes this reference, the
   * reference will not be collected.
   *
   * @throws RRefReleasedException if this reference was closed
   */
  void onLost(Consumer<? super WorkerLostException> listener);

  /**
   * A view of this reference with another timeout for each call that is made through it. Closing
   * the view or this reference closes both. The timeout of a {@code remote} bounds the creation;
   * the new reference does not inherit it.
   *
   * @param timeout how long each call may take; {@link Duration#ZERO} is no timeout
   * @throws IllegalArgumentException if negative
   */
  RRef<T> withTimeout(Duration timeout);

  /**
   * A view of this reference, with calls that are retried when they fail for a reason that may
   * pass; see {@link Retry}. All attempts of a call share its timeout. {@code remote} is not
   * retried: its failure is in the new reference. Closing the view or this reference closes both.
   */
  RRef<T> retrying(Retry policy);

  /** As {@link #retrying(Retry)}, by {@link Retry#DEFAULT}. */
  default RRef<T> retrying() {
    return retrying(Retry.DEFAULT);
  }

  /**
   * Releases this reference. Calls that were made already still run; later uses throw {@link
   * RRefReleasedException}. This worker stops holding the value with its last reference to it.
   * Never waits, never throws; closing again does nothing.
   */
  @Override
  void close();
}
