package io.farref.facade;

import io.farref.RRef;
import io.farref.Retry;
import io.farref.call.Failures;
import io.farref.call.client.CallTarget;
import io.farref.codec.FacadeHandler;
import io.farref.facade.MethodCall.Mode;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The invocation handler of a facade. Thread-safe.
 *
 * <p>Whether the owner has a counterpart for a default method is unknown until it answers. The
 * answer is final, since a value does not change its class, and is remembered; a missing answer is
 * not.
 */
final class RemoteFacade implements FacadeHandler {
  private static final @Nullable Object[] NO_ARGUMENTS = {};

  /** The owner's answer for a default method. */
  private enum Counterpart {
    PRESENT,
    ABSENT
  }

  private final Class<?> facade;
  private final RRef<?> reference;
  private final RRef<?> again;
  private final FacadeType type;
  // Races are harmless: every writer of an element writes the same.
  private final @Nullable Counterpart[] counterparts;

  RemoteFacade(Class<?> facade, RRef<?> reference) {
    this.facade = facade;
    this.reference = reference;
    this.type = FacadeType.of(facade);
    this.again = type.hasIdempotent() ? again(reference) : reference;
    this.counterparts = new @Nullable Counterpart[type.size()];
  }

  /** The reference on which idempotent methods are called. */
  private static RRef<?> again(RRef<?> reference) {
    Retry policy =
        reference instanceof CallTarget target && target.options().retry() instanceof Retry own
            ? own
            : Retry.DEFAULT;
    return reference.retrying(policy.withIdempotent(true));
  }

  private RRef<?> reference(FacadeMethod method) {
    return method.isIdempotent() ? again : reference;
  }

  @Override
  public Class<?> facade() {
    return facade;
  }

  @Override
  public RRef<?> reference() {
    return reference;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] passed)
      throws Throwable {
    @Nullable Object[] arguments = passed == null ? NO_ARGUMENTS : passed;
    if (method.getDeclaringClass() == Object.class) {
      return invokeOfObject(method, arguments);
    }
    FacadeMethod called = type.method(method);
    if (called == null) {
      throw new IllegalStateException(method + " is no method of " + facade.getTypeName());
    }
    if (called.isBridge()) {
      return called.invokeLocally(proxy, arguments);
    }
    return switch (called.style()) {
      case SYNC -> sync(proxy, called, arguments);
      case ASYNC -> async(proxy, called, arguments);
      case REMOTE -> remote(proxy, called, arguments);
    };
  }

  private @Nullable Object sync(Object proxy, FacadeMethod method, @Nullable Object[] arguments)
      throws Throwable {
    if (counterparts[method.index()] == Counterpart.ABSENT) {
      return method.invokeLocally(proxy, arguments);
    }
    Mode mode = mode(method);
    Object result = reference(method).rpcSync(call(mode, method, arguments));
    if (mode == Mode.CALL_IF_PRESENT && !answered(method, result)) {
      return method.invokeLocally(proxy, arguments);
    }
    return Conversions.toReturnType(result, method.returnType(), method);
  }

  private CompletionStage<?> async(
      Object proxy, FacadeMethod method, @Nullable Object[] arguments) {
    if (counterparts[method.index()] == Counterpart.ABSENT) {
      CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
      completeLocally(result, proxy, method, arguments);
      return result;
    }
    Mode mode = mode(method);
    CompletableFuture<@Nullable Object> call =
        reference(method).rpcAsync(call(mode, method, arguments));
    if (mode == Mode.CALL) {
      return call;
    }
    CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    var _ =
        call.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              } else if (answered(method, value)) {
                result.complete(value);
              } else {
                completeLocally(result, proxy, method, arguments);
              }
            });
    var _ =
        result.whenComplete(
            (_, _) -> {
              if (!call.isDone()) {
                call.cancel(true); // ended by its user: cancelled, timed out
              }
            });
    return result;
  }

  private static void completeLocally(
      CompletableFuture<@Nullable Object> result,
      Object proxy,
      FacadeMethod method,
      @Nullable Object[] arguments) {
    try {
      if (!(method.invokeLocally(proxy, arguments) instanceof CompletionStage<?> stage)) {
        throw new NullPointerException(method + " returned null where a stage is wanted");
      }
      stage.whenComplete(
          (value, failure) -> {
            if (failure != null) {
              result.completeExceptionally(failure);
            } else {
              result.complete(value);
            }
          });
    } catch (Throwable e) { // failures of an async call are in the future
      result.completeExceptionally(Failures.toHold(e));
    }
  }

  private @Nullable Object remote(Object proxy, FacadeMethod method, @Nullable Object[] arguments)
      throws Throwable {
    return method.isDefault() && !hasCounterpart(method, arguments)
        ? method.invokeLocally(proxy, arguments)
        : reference.remote(call(Mode.CALL, method, arguments));
  }

  /** Asks once. If no answer comes, the call itself is to fail. */
  private boolean hasCounterpart(FacadeMethod method, @Nullable Object[] arguments) {
    Counterpart known = counterparts[method.index()];
    if (known == null) {
      Object present;
      try {
        present = reference.rpcSync(call(Mode.ASK, method, arguments));
      } catch (Exception e) {
        return true;
      }
      known = Boolean.FALSE.equals(present) ? Counterpart.ABSENT : Counterpart.PRESENT;
      counterparts[method.index()] = known;
    }
    return known == Counterpart.PRESENT;
  }

  private Mode mode(FacadeMethod method) {
    return method.isDefault() && counterparts[method.index()] == null
        ? Mode.CALL_IF_PRESENT
        : Mode.CALL;
  }

  private boolean answered(FacadeMethod method, @Nullable Object result) {
    boolean present = !(result instanceof NoCounterpart);
    counterparts[method.index()] = present ? Counterpart.PRESENT : Counterpart.ABSENT;
    return present;
  }

  private static MethodCall call(Mode mode, FacadeMethod method, @Nullable Object[] arguments) {
    return new MethodCall(mode, false, method.signatureText(), arguments);
  }

  private Object invokeOfObject(Method method, @Nullable Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> isEqual(arguments[0]);
      case "hashCode" -> 31 * facade.hashCode() + reference.hashCode();
      default -> facade.getTypeName() + " of " + reference;
    };
  }

  private boolean isEqual(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof RemoteFacade that
        && facade == that.facade
        && reference.equals(that.reference);
  }

  /** Makes the object that implements the interface. */
  static <F> F proxy(Class<F> facade, InvocationHandler handler) {
    return facade.cast(
        Proxy.newProxyInstance(facade.getClassLoader(), new Class<?>[] {facade}, handler));
  }
}
