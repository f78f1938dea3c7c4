package io.farref.facade;

import org.jspecify.annotations.Nullable;

/** A chosen method. */
interface Invoker {
  /** What is called. */
  OwnedMethod method();

  /** The arguments as they are passed, one for each declared parameter. */
  @Nullable Object[] asDeclared(@Nullable Object[] arguments);

  /** Runs it on a value; throws what it throws. */
  @Nullable Object invoke(Object target, @Nullable Object[] arguments) throws Throwable;
}
