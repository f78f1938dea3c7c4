package io.farref.node;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.RemoteRunnable;
import io.farref.Retry;
import io.farref.RpcException.Execution;
import io.farref.UnknownPeerException;
import io.farref.WorkerLostException;
import io.farref.call.Callee;
import io.farref.call.ClientConnection;
import io.farref.call.PendingCall;
import io.farref.call.Request;
import io.farref.call.RetriedCall;
import io.farref.observe.Meters;
import io.farref.time.Durations;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A peer whose calls are made again, on whichever worker has its name by then. */
final class RetryingPeer extends GroupPeer implements Callee {
  private final Retry policy;

  RetryingPeer(GroupPeer peer, long timeoutNanos, Retry policy) {
    super(peer.worker(), peer.member(), timeoutNanos);
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteCallable<R, X> fn)
      throws X {
    return this.<R>awaited(fn, 0).await();
  }

  @Override
  public <X extends Exception> void runSync(RemoteRunnable<X> fn) throws X {
    this.<@Nullable Void>awaited(fn, CallHead.VOID).await();
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteCallable<? extends R, ?> fn) {
    return async(fn, 0);
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteRunnable<?> fn) {
    return async(fn, CallHead.VOID);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteCallable<? extends CompletionStage<R>, ?> fn) {
    return async(fn, CallHead.COMPOSE);
  }

  private <R extends @Nullable Object> RetriedCall<R> awaited(Object fn, int flags) {
    return RetriedCall.awaited(
        this, policy, Objects.requireNonNull(fn, "fn"), flags, timeoutNanos());
  }

  private <R extends @Nullable Object> CompletableFuture<R> async(@Nullable Object fn, int flags) {
    return fn == null
        ? CompletableFuture.failedFuture(new NullPointerException("fn"))
        : RetriedCall.async(this, policy, fn, flags, timeoutNanos());
  }

  @Override
  public Peer withTimeout(Duration timeout) {
    return new RetryingPeer(this, Durations.timeoutNanos(timeout), policy);
  }

  /** Once only, but on whichever worker has the name now. */
  @Override
  public <R extends @Nullable Object> RRef<R> remote(RemoteCallable<? extends R, ?> fn) {
    int target;
    try {
      target = present();
    } catch (WorkerLostException e) {
      return worker().references().failed(id(), e);
    }
    return fn == null
        ? super.remote(fn)
        : worker().references().create(target, Request.onWorker(fn, 0, timeoutNanos()));
  }

  @Override
  public ClientConnection connection() {
    return worker().router().client(present());
  }

  private int present() {
    return worker().directory().isGone(id()) ? successor() : id();
  }

  private int successor() {
    try {
      return worker().directory().id(worker().directory().peer(name()));
    } catch (UnknownPeerException e) {
      throw new WorkerLostException(
          "worker " + name() + " is lost or has left, and no other of that name is there",
          e,
          Execution.NOT_EXECUTED);
    }
  }

  @Override
  public <R extends @Nullable Object> PendingCall<R> call(
      ClientConnection on, @Nullable Object function, int flags, long limitNanos) {
    return on.call(Request.onWorker(Objects.requireNonNull(function), flags, limitNanos));
  }

  @Override
  public Meters meters() {
    return worker().meters();
  }

  @Override
  public boolean mayBeReplaced() {
    return worker().isOpenGroup();
  }
}
