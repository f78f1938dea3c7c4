package io.farref.facade;

import org.jspecify.annotations.Nullable;

/** A chosen method. */
interface Invoker {
  /** The method that is called. */
  OwnedMethod method();

  /** The arguments as they are passed, one for each declared parameter. */
  @Nullable Object[] asDeclared(@Nullable Object[] arguments);

  /** Runs the method on a value; throws the exceptions of the method. */
  @Nullable Object invoke(Object target, @Nullable Object[] arguments) throws Throwable;
}
