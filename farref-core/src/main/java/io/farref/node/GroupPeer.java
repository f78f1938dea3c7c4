package io.farref.node;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.RemoteRunnable;
import io.farref.Retry;
import io.farref.WorkerLostException;
import io.farref.call.PendingCall;
import io.farref.call.Request;
import io.farref.call.Timeouts;
import io.farref.group.Member;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Peer}: a member, and a time limit for what is called through it. */
sealed class GroupPeer implements Peer permits RetryingPeer {
  private final LocalWorker worker;
  private final Member member;
  private final long timeoutNanos;

  GroupPeer(LocalWorker worker, Member member, long timeoutNanos) {
    this.worker = worker;
    this.member = member;
    this.timeoutNanos = timeoutNanos;
  }

  final LocalWorker worker() {
    return worker;
  }

  final Member member() {
    return member;
  }

  final long timeoutNanos() {
    return timeoutNanos;
  }

  final int id() {
    return member.id();
  }

  @Override
  public String name() {
    return member.name();
  }

  @Override
  public int rank() {
    return member.rank();
  }

  @Override
  public boolean isSelf() {
    return member.id() == worker.id();
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R rpcSync(RemoteCallable<R, X> fn)
      throws X {
    return this.<R>send(fn, Request.AWAITED).await();
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteCallable<? extends R, ?> fn) {
    return sendAsync(fn, 0);
  }

  @Override
  public <R extends @Nullable Object> RRef<R> remote(RemoteCallable<? extends R, ?> fn) {
    if (fn == null) {
      return worker.references().failed(id(), new NullPointerException("fn"));
    }
    return worker.references().create(id(), Request.onWorker(fn, 0, timeoutNanos));
  }

  @Override
  public <X extends Exception> void runSync(RemoteRunnable<X> fn) throws X {
    this.<@Nullable Void>send(fn, CallHead.VOID | Request.AWAITED).await();
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteRunnable<?> fn) {
    return sendAsync(fn, CallHead.VOID);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteCallable<? extends CompletionStage<R>, ?> fn) {
    return sendAsync(fn, CallHead.COMPOSE);
  }

  private <R extends @Nullable Object> CompletableFuture<R> sendAsync(Object fn, int flags) {
    try {
      return send(fn, flags);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <R extends @Nullable Object> PendingCall<R> send(Object fn, int flags) {
    Objects.requireNonNull(fn, "fn");
    return worker.router().client(id()).call(Request.onWorker(fn, flags, timeoutNanos));
  }

  @Override
  public Peer withTimeout(Duration timeout) {
    return new GroupPeer(worker, member, Timeouts.nanos(timeout));
  }

  @Override
  public void onLost(Consumer<? super WorkerLostException> action) {
    worker.losses().add(id(), this, Objects.requireNonNull(action, "action"));
    if (!isSelf()) {
      worker.router().watch(id());
    }
  }

  @Override
  public Peer retrying(Retry policy) {
    return new RetryingPeer(this, timeoutNanos, policy);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GroupPeer that
        && that.worker.groupId().equals(worker.groupId())
        && that.member.name().equals(member.name());
  }

  @Override
  public int hashCode() {
    return member.name().hashCode();
  }

  @Override
  public String toString() {
    return "Peer[" + member.name() + ", rank " + member.rank() + "]";
  }
}
