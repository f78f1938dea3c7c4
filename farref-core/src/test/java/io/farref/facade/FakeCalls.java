package io.farref.facade;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Helpers for tests that make calls. */
final class FakeCalls {
  private FakeCalls() {}

  /** The future's value, or its failure unwrapped. */
  static <T> T get(CompletableFuture<T> future) throws Throwable {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause();
    }
  }

  /** Runs a call that throws nothing. */
  static Object apply(MethodCall call, Object target) {
    try {
      return call.apply(target);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A facade's call. */
  static Object facadeCall(Object target, String signature, Object... arguments) {
    return apply(new MethodCall(MethodCall.Mode.CALL, false, signature, arguments), target);
  }

  /** A call by name. */
  static Object dynamicCall(Object target, String name, Object... arguments) {
    return Facades.call(FakeReference.to(target), name, arguments);
  }
}
