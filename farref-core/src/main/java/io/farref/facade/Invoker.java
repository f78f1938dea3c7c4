package io.farref.facade;

import org.jspecify.annotations.Nullable;

/** A chosen method. */
interface Invoker {
  /** Runs it on a value; throws what it throws. */
  @Nullable Object invoke(Object target, @Nullable Object[] arguments) throws Throwable;
}
