package io.farref.ref;

import io.farref.RRef;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.Retry;
import io.farref.call.Callee;
import io.farref.call.ClientConnection;
import io.farref.call.PendingCall;
import io.farref.call.Retried;
import io.farref.call.RetriedCall;
import io.farref.observe.Meters;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A view of a reference whose calls are made again. */
final class RetryingReference<T extends @Nullable Object> extends RemoteReference<T>
    implements Callee, Retried {
  private final RemoteReference<T> original;
  private final long timeoutNanos;
  private final Retry policy;

  RetryingReference(RemoteReference<T> original, long timeoutNanos, Retry policy) {
    super(original.handle());
    this.original = original; // and keeps its handle from being collected
    this.timeoutNanos = timeoutNanos;
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  @Override
  long timeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public T toHere() {
    return isOwner()
        ? localValue()
        : RetriedCall.<T>awaited(this, policy, null, CallHead.FETCH, timeoutNanos).await();
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R rpcSync(
      RemoteFunction<? super T, R, X> fn) throws X {
    return this.<R>awaited(fn, 0).await();
  }

  @Override
  public <X extends Exception> void runSync(RemoteConsumer<? super T, X> fn) throws X {
    this.<@Nullable Void>awaited(fn, CallHead.VOID).await();
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteFunction<? super T, ? extends R, ?> fn) {
    return async(fn, 0);
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteConsumer<? super T, ?> fn) {
    return async(fn, CallHead.VOID);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteFunction<? super T, ? extends CompletionStage<R>, ?> fn) {
    return async(fn, CallHead.COMPOSE);
  }

  private <R extends @Nullable Object> RetriedCall<R> awaited(Object fn, int flags) {
    return RetriedCall.awaited(this, policy, Objects.requireNonNull(fn, "fn"), flags, timeoutNanos);
  }

  private <R extends @Nullable Object> CompletableFuture<R> async(@Nullable Object fn, int flags) {
    return fn == null
        ? CompletableFuture.failedFuture(new NullPointerException("fn"))
        : RetriedCall.async(this, policy, fn, flags, timeoutNanos);
  }

  @Override
  public RRef<T> withTimeout(Duration timeout) {
    return new RetryingReference<>(original, Durations.timeoutNanos(timeout), policy);
  }

  @Override
  public RRef<T> retrying(Retry other) {
    return new RetryingReference<>(original, timeoutNanos, other);
  }

  @Override
  public RRef<?> idempotently() {
    return retrying(policy.withIdempotent(true));
  }

  @Override
  public ClientConnection connection() {
    return references().connection(this);
  }

  @Override
  public <R extends @Nullable Object> PendingCall<R> call(
      ClientConnection on, @Nullable Object function, int flags, long limitNanos) {
    return references().call(this, on, function, flags, limitNanos);
  }

  @Override
  public Meters meters() {
    return references().meters();
  }

  /** What lived on a lost worker is lost with it. */
  @Override
  public boolean mayBeReplaced() {
    return false;
  }
}
