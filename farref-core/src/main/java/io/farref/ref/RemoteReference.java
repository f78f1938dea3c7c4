package io.farref.ref;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.Retry;
import io.farref.Revocable;
import io.farref.RpcCancelledException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.call.Failures;
import io.farref.call.client.CallOptions;
import io.farref.call.client.CallTarget;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.client.Verbs;
import io.farref.exec.CurrentDeadline;
import io.farref.exec.ReadLease;
import io.farref.facade.Facades;
import io.farref.observe.Meters;
import io.farref.ref.guard.Guard;
import io.farref.ref.guard.GuardRequest;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.OwnerEntry;
import io.farref.ref.lifetime.RefEntry;
import io.farref.ref.lifetime.ValueId;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link RRef}: a handle, its only field because there may be millions. */
sealed class RemoteReference<T extends @Nullable Object> implements RRef<T>, CallTarget
    permits ReferenceView {
  private final Handle handle;

  /** Takes over one handle of the table. */
  RemoteReference(References references, RefEntry entry) {
    handle = references.handles().open(this, references, entry);
  }

  /** Makes a view, which must keep the original reference of the handle reachable. */
  RemoteReference(Handle handle) {
    this.handle = handle;
  }

  final Handle handle() {
    return handle;
  }

  final References references() {
    return handle.references();
  }

  final RefEntry entry() {
    return handle.entry();
  }

  private ValueId id() {
    return entry().id();
  }

  @Override
  public CallOptions options() {
    return references().options();
  }

  final long timeoutNanos() {
    return options().timeoutNanos();
  }

  /**
   * The entry of the value in the table.
   *
   * @throws RRefReleasedException if the handle is closed
   * @throws RuntimeException if the creation of the value could not be requested
   */
  final RefEntry checkedEntry() {
    checkOpen();
    RuntimeException failure = handle.failure();
    if (failure != null) {
      throw Failures.<RuntimeException>sneak(Failures.ofUse(failure));
    }
    return handle.entry();
  }

  private void checkOpen() {
    if (handle.isClosed()) {
      throw new RRefReleasedException(
          "this reference to value "
              + id()
              + " of worker "
              + ownerName()
              + " was closed"
              + handle.closedAt().map(site -> " at " + site).orElse(""),
          Execution.NOT_EXECUTED);
    }
  }

  @Override
  public Peer owner() {
    return references().directory().peer(entry().owner());
  }

  /** For messages: also of an owner of which this worker has not learned yet. */
  private String ownerName() {
    return references().directory().name(entry().owner());
  }

  @Override
  public boolean isOwner() {
    return entry().owner() == references().self();
  }

  @Override
  public boolean isConfirmed() {
    return references().table().isConfirmed(entry());
  }

  @Override
  public T localValue() {
    if (!isOwner()) {
      throw new IllegalStateException(
          "value "
              + id()
              + " lives on worker "
              + ownerName()
              + "; localValue() works there only. Use toHere() for a copy, or rpcSync to send the"
              + " code to the value");
    }
    RefEntry entry = references().pin(this);
    try {
      ValueSlot slot = ValueSlot.of((OwnerEntry) entry);
      await(slot);
      return asDeclared(Guard.openHere(references().table(), slot.get()));
    } catch (Throwable e) {
      throw Failures.<RuntimeException>sneak(e);
    } finally {
      references().table().release(entry);
    }
  }

  private void await(ValueSlot slot) {
    if (slot.isReady()) {
      return;
    }
    long deadline = CurrentDeadline.or(Deadlines.after(timeoutNanos()));
    long left = deadline == Deadlines.NONE ? Long.MAX_VALUE : deadline - System.nanoTime();
    ReadLease.yieldCurrent();
    try {
      if (!slot.await(left)) {
        throw new RpcTimeoutException(
            "value " + id() + " not created within " + Durations.format(timeoutNanos()),
            Execution.NOT_EXECUTED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcCancelledException(
          "interrupted while waiting for value " + id(), Execution.NOT_EXECUTED);
    }
  }

  @Override
  public T toHere() {
    return isOwner() ? localValue() : Verbs.sync(this, null, CallHead.FETCH);
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R rpcSync(
      RemoteFunction<? super T, R, X> fn) throws X {
    return Verbs.<R, X>sync(this, fn, 0);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteFunction<? super T, ? extends R, ?> fn) {
    return Verbs.async(this, fn, 0);
  }

  @Override
  public <R extends @Nullable Object> RRef<R> remote(RemoteFunction<? super T, ? extends R, ?> fn) {
    return references().chain(this, fn, timeoutNanos());
  }

  @Override
  public <X extends Exception> void runSync(RemoteConsumer<? super T, X> fn) throws X {
    Verbs.<@Nullable Void, X>sync(this, fn, CallHead.VOID);
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteConsumer<? super T, ?> fn) {
    return Verbs.async(this, fn, CallHead.VOID);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteFunction<? super T, ? extends CompletionStage<R>, ?> fn) {
    return Verbs.async(this, fn, CallHead.COMPOSE);
  }

  @Override
  public <R extends @Nullable Object> PendingCall<R> send(
      @Nullable ClientConnection on, @Nullable Object function, int flags, long limitNanos) {
    return references().call(this, on, function, flags, limitNanos);
  }

  @Override
  public ClientConnection connection() {
    return references().connection(this);
  }

  @Override
  public Meters meters() {
    return references().meters();
  }

  /** The values of a lost worker are lost with it. */
  @Override
  public boolean mayBeReplaced() {
    return false;
  }

  /** Casts to the type of the reference. */
  @SuppressWarnings({"unchecked", "NullAway"})
  private T asDeclared(@Nullable Object value) {
    return (T) value;
  }

  @Override
  public <F> F as(Class<F> facade) {
    if (!handle.isClosed()
        && entry() instanceof OwnerEntry own
        && ValueSlot.of(own).valueOrNull() instanceof Object value
        && !(value instanceof Guard)) {
      Facades.check(value.getClass(), facade);
    }
    return Facades.create(this, facade);
  }

  @Override
  public @Nullable Object call(String method, @Nullable Object... args) {
    return Facades.call(this, method, args);
  }

  @Override
  public CompletableFuture<@Nullable Object> callAsync(String method, @Nullable Object... args) {
    return Facades.callAsync(this, method, args);
  }

  @Override
  public RRef<@Nullable Object> callRemote(String method, @Nullable Object... args) {
    return Facades.callRemote(this, method, args);
  }

  @Override
  public void onLost(Consumer<? super WorkerLostException> listener) {
    Objects.requireNonNull(listener, "listener");
    checkOpen();
    references().onLost(handle, listener);
  }

  @Override
  public <F> RRef<F> restrict(Class<F> facade) {
    Facades.checkInterface(facade);
    return references().chain(this, GuardRequest.restrict(facade), timeoutNanos());
  }

  @Override
  public Revocable<T> revocable() {
    return RevocableReference.of(this);
  }

  @Override
  public RRef<T> withTimeout(Duration timeout) {
    return new ReferenceView<>(this, options().withTimeout(timeout));
  }

  @Override
  public RRef<T> retrying(Retry policy) {
    return new ReferenceView<>(this, options().retrying(policy));
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemoteReference<?> that
        && that.references() == references()
        && references().areOfOneValue(entry(), that.entry());
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return "RRef[" + id() + " on " + ownerName() + (handle.isClosed() ? ", closed]" : "]");
  }
}
