package io.farref.facade;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.Retry;
import io.farref.Revocable;
import io.farref.WorkerLostException;
import io.farref.call.NamedMethodCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a value in this JVM. A call through it goes through the codec first, then runs on
 * the calling thread once the value exists.
 */
final class FakeReference<T> implements RRef<T> {
  private final CompletableFuture<? extends T> value;
  private final Object identity;
  private final CodecPipe pipe = new CodecPipe();

  /** The style of each call made, in order: sync, async or remote. */
  final List<String> styles = new ArrayList<>();

  /** Thrown in place of the next call. */
  @Nullable RuntimeException failNext;

  /** The result of the last async call. */
  @Nullable CompletableFuture<?> lastAsync;

  FakeReference(CompletableFuture<? extends T> value) {
    this(value, new Object());
  }

  private FakeReference(CompletableFuture<? extends T> value, Object identity) {
    this.value = value;
    this.identity = identity;
  }

  static <T> FakeReference<T> to(T value) {
    return new FakeReference<>(CompletableFuture.completedFuture(value));
  }

  /** How many symbols were defined and how many values written, all calls taken together. */
  CodecPipe pipe() {
    return pipe;
  }

  private <R> CompletableFuture<R> run(RemoteFunction<? super T, ? extends R, ?> fn) {
    if (failNext != null) {
      RuntimeException failure = failNext;
      failNext = null;
      return CompletableFuture.failedFuture(failure);
    }
    RemoteFunction<? super T, ? extends R, ?> arrived = pipe.transfer(fn);
    return value.thenCompose(
        target -> {
          try {
            Object result = arrived.apply(target);
            @SuppressWarnings("unchecked")
            CompletionStage<R> stage =
                (CompletionStage<R>)
                    (arrived instanceof NamedMethodCall
                            && result instanceof CompletionStage<?> pending
                        ? pending
                        : CompletableFuture.completedFuture(result));
            return stage;
          } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
          }
        });
  }

  @Override
  public <R, X extends Exception> R rpcSync(RemoteFunction<? super T, R, X> fn) throws X {
    styles.add("sync");
    try {
      return this.<R>run(fn).get();
    } catch (ExecutionException e) {
      throw FakeReference.<X>rethrown(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X rethrown(Throwable e) throws X {
    throw (X) (e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
  }

  @Override
  public <R> CompletableFuture<R> rpcAsync(RemoteFunction<? super T, ? extends R, ?> fn) {
    styles.add("async");
    CompletableFuture<R> call = run(fn);
    lastAsync = call;
    return call;
  }

  @Override
  public <R> RRef<R> remote(RemoteFunction<? super T, ? extends R, ?> fn) {
    styles.add("remote");
    if (fn == null) {
      return new FakeReference<>(CompletableFuture.failedFuture(new NullPointerException("fn")));
    }
    return new FakeReference<>(this.<R>run(fn));
  }

  @Override
  public <F> F as(Class<F> facade) {
    return Facades.create(this, facade);
  }

  @Override
  public Object call(String method, @Nullable Object... args) {
    return Facades.call(this, method, args);
  }

  @Override
  public CompletableFuture<Object> callAsync(String method, @Nullable Object... args) {
    return Facades.callAsync(this, method, args);
  }

  @Override
  public RRef<Object> callRemote(String method, @Nullable Object... args) {
    return Facades.callRemote(this, method, args);
  }

  @Override
  public T localValue() {
    return value.join();
  }

  @Override
  public T toHere() {
    return value.join();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FakeReference<?> that && identity.equals(that.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  @Override
  public String toString() {
    return "RRef[of ps]";
  }

  @Override
  public RRef<T> withTimeout(Duration timeout) {
    return new FakeReference<>(value, identity);
  }

  @Override
  public RRef<T> retrying(Retry policy) {
    return new FakeReference<>(value, identity);
  }

  @Override
  public <F> RRef<F> restrict(Class<F> facade) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Revocable<T> revocable() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onLost(Consumer<? super WorkerLostException> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Peer owner() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOwner() {
    return true;
  }

  @Override
  public boolean isConfirmed() {
    return true;
  }

  @Override
  public <X extends Exception> void runSync(RemoteConsumer<? super T, X> fn) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> runAsync(RemoteConsumer<? super T, ?> fn) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R> CompletableFuture<R> rpcCompose(
      RemoteFunction<? super T, ? extends CompletionStage<R>, ?> fn) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
