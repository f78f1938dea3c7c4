package io.farref.node;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.RemoteRunnable;
import io.farref.Retry;
import io.farref.RpcException.Execution;
import io.farref.UnknownPeerException;
import io.farref.WorkerLostException;
import io.farref.call.Request;
import io.farref.call.client.CallOptions;
import io.farref.call.client.CallTarget;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.client.Verbs;
import io.farref.group.Member;
import io.farref.observe.Meters;
import io.farref.wire.CallHead;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Peer}: a member, and the options of calls to it. */
final class GroupPeer implements Peer, CallTarget {
  private final LocalWorker worker;
  private final Member member;
  private final CallOptions options;

  GroupPeer(LocalWorker worker, Member member, CallOptions options) {
    this.worker = worker;
    this.member = member;
    this.options = options;
  }

  int id() {
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
    return Verbs.<R, X>sync(this, fn, 0);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcAsync(
      RemoteCallable<? extends R, ?> fn) {
    return Verbs.async(this, fn, 0);
  }

  /** Sent only once; if calls are retried, to the worker that has the name now. */
  @Override
  public <R extends @Nullable Object> RRef<R> remote(RemoteCallable<? extends R, ?> fn) {
    if (fn == null) {
      return worker.references().failed(id(), new NullPointerException("fn"));
    }
    int target;
    try {
      target = options.retry() == null ? id() : present();
    } catch (WorkerLostException e) {
      return worker.references().failed(id(), e);
    }
    return worker.references().create(target, Request.onWorker(fn, 0, options.timeoutNanos()));
  }

  @Override
  public <X extends Exception> void runSync(RemoteRunnable<X> fn) throws X {
    Verbs.<@Nullable Void, X>sync(this, fn, CallHead.VOID);
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteRunnable<?> fn) {
    return Verbs.async(this, fn, CallHead.VOID);
  }

  @Override
  public <R extends @Nullable Object> CompletableFuture<R> rpcCompose(
      RemoteCallable<? extends CompletionStage<R>, ?> fn) {
    return Verbs.async(this, fn, CallHead.COMPOSE);
  }

  @Override
  public CallOptions options() {
    return options;
  }

  @Override
  public <R extends @Nullable Object> PendingCall<R> send(
      @Nullable ClientConnection on, @Nullable Object function, int flags, long limitNanos) {
    ClientConnection connection = on == null ? worker.router().client(id()) : on;
    return connection.call(Request.onWorker(Objects.requireNonNull(function), flags, limitNanos));
  }

  /** The connection to the worker that has the name now. */
  @Override
  public ClientConnection connection() {
    return worker.router().client(present());
  }

  private int present() {
    return worker.members().isGone(id()) ? successor() : id();
  }

  private int successor() {
    try {
      return worker.directory().id(worker.directory().peer(name()));
    } catch (UnknownPeerException e) {
      throw new WorkerLostException(
          "worker " + name() + " is lost or has left, and no other of that name is there",
          e,
          Execution.NOT_EXECUTED);
    }
  }

  @Override
  public Meters meters() {
    return worker.meters();
  }

  @Override
  public boolean mayBeReplaced() {
    return worker.isOpenGroup();
  }

  @Override
  public Peer withTimeout(Duration timeout) {
    return new GroupPeer(worker, member, options.withTimeout(timeout));
  }

  @Override
  public Peer retrying(Retry policy) {
    return new GroupPeer(worker, member, options.retrying(policy));
  }

  @Override
  public void onLost(Consumer<? super WorkerLostException> action) {
    worker.losses().add(id(), this, Objects.requireNonNull(action, "action"));
    if (!isSelf()) {
      worker.router().watch(id());
    }
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
