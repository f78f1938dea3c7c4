package io.farref;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a value that lives on one worker of the group, its owner.
 *
 * <p>Thread-safe, small and sendable: it may stand anywhere in an object graph that travels, and
 * reaches the same value wherever it arrives. It can be used, chained and sent before the value
 * exists; uses wait at the owner. Two references to one value on one worker are {@linkplain
 * Object#equals equal} and share one count.
 *
 * <p>The value lives as long as any worker holds it. A holder lets go by {@link #close()} or by
 * letting the garbage collector find the reference unreachable. See {@link Peer} for the verbs, the
 * order of calls, the memory that a function captures, and the kinds of failure; a failed creation
 * comes out of every use.
 *
 * @param <T> the value's type
 */
public interface RRef<T extends @Nullable Object> extends AutoCloseable {
  /** The worker on which the value lives, for ever. */
  Peer owner();

  /** Whether the value lives on this worker. */
  boolean isOwner();

  /** Whether the owner has confirmed that it knows this worker as a holder. */
  boolean isConfirmed();

  /**
   * The value itself, not a copy; waits until it exists.
   *
   * @throws IllegalStateException elsewhere than on the owner; it names the owner
   */
  T localValue();

  /** A copy of the value; on the owner the value itself. Waits until it exists. */
  T toHere();

  /**
   * Runs a function on the owner with the value and waits for the result.
   *
   * @throws X what the function threw there
   * @throws RRefReleasedException if this reference was closed
   * @see Peer#rpcSync
   */
  <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteFunction<? super T, R, X> fn)
      throws X;

  /** Runs a function on the owner; the future completes with its value or any failure. */
  <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteFunction<? super T, ? extends R, ?> fn);

  /**
   * Runs a function on the owner, leaves its value there and returns a reference to it, at once. A
   * chain of these costs one round trip in all.
   */
  <R extends @Nullable Object> RRef<R> remote(RemoteFunction<? super T, ? extends R, ?> fn);

  /** {@link #rpcSync} for a function without a value. */
  <X extends Exception> void runSync(RemoteConsumer<? super T, X> fn) throws X;

  /** {@link #rpcAsync} for a function without a value. */
  CompletableFuture<Void> runAsync(RemoteConsumer<? super T, ?> fn);

  /** {@link Peer#rpcCompose} with the value as the function's argument. */
  <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteFunction<? super T, ? extends CompletionStage<R>, ?> fn);

  /**
   * Puts an interface in front of the value. The return type of each of its methods chooses the
   * call: {@link CompletionStage} or {@link CompletableFuture} is async, {@code RRef} is remote,
   * anything else is sync. The owner finds the method on its value by name and parameter types.
   *
   * <p>{@link Object}'s methods are local. A default method without counterpart on the owner runs
   * locally. A checked exception which the interface does not declare arrives in an {@link
   * java.lang.reflect.UndeclaredThrowableException}. A facade keeps the reference alive, can be
   * sent and arrives as a facade. Methods that are {@link Idempotent} are called again when that
   * may help.
   *
   * @throws IllegalArgumentException if {@code facade} is not an interface
   * @throws UnknownMethodException if the value's class is already known here and lacks a method;
   *     otherwise the call throws it
   */
  <F> F as(Class<F> facade);

  /**
   * Calls a method of the value by name and waits.
   *
   * @throws UnknownMethodException if no method of that name takes these arguments; it names the
   *     class and the nearest names
   * @throws java.lang.reflect.UndeclaredThrowableException with a checked exception of the method
   */
  @Nullable Object call(String method, @Nullable Object... args);

  /** Calls a method of the value by name. */
  CompletableFuture<@Nullable Object> callAsync(String method, @Nullable Object... args);

  /** Calls a method of the value by name and leaves what it returns on the owner. */
  RRef<@Nullable Object> callRemote(String method, @Nullable Object... args);

  /**
   * Makes a reference to the same value through which only the methods of an interface can be
   * called, by a facade or by name: what a holder may do is decided at the owner. Shipped
   * functions, {@link #toHere()}, {@link #localValue()} and other methods fail with a {@link
   * RefusedException} that says what is allowed, and are not executed. An interface whose methods
   * only read makes a read-only reference.
   *
   * <p>The new reference is a value of its own: it has its own count, is not equal to this one, and
   * keeps the value alive. It can be restricted further, never widened.
   *
   * @throws IllegalArgumentException if {@code facade} is not an interface
   */
  <F> RRef<F> restrict(Class<F> facade);

  /**
   * Makes a reference to the same value, as good as this one, that whoever has the result can cut
   * off later. It is a value of its own, as in {@link #restrict}.
   */
  Revocable<T> revocable();

  /**
   * Tells when the value is lost, with its owner or otherwise: once, at once if it is lost already,
   * on a virtual thread. A reference that was closed or collected is not told any more, nor when
   * this worker closes. The listener keeps what it refers to alive; if that is this reference, it
   * will not be collected.
   *
   * @throws RRefReleasedException if this reference was closed
   */
  void onLost(Consumer<? super WorkerLostException> listener);

  /**
   * A view of this reference with another time limit for each call made through it. It shares this
   * reference's handle: closing either closes both. The limit of a {@code remote} bounds the
   * creation; the new reference does not inherit it.
   *
   * @param timeout {@link Duration#ZERO} means no limit
   * @throws IllegalArgumentException if negative
   */
  RRef<T> withTimeout(Duration timeout);

  /**
   * A view of this reference with calls that are made again when they fail for a reason that may
   * pass. It shares this reference's handle. {@code remote} is not made again: its failure lives in
   * the new reference. All attempts of a call together have its limit of time.
   */
  RRef<T> retrying(Retry policy);

  /** {@link #retrying(Retry)} by {@link Retry#DEFAULT}. */
  default RRef<T> retrying() {
    return retrying(Retry.DEFAULT);
  }

  /**
   * Releases this handle; calls already made still run. This worker's hold on the value ends with
   * its last handle. Closing again does nothing.
   */
  @Override
  void close();
}
