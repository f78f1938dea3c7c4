package io.farref;

import java.io.Serializable;

/**
 * A {@link RemoteCallable} that returns nothing.
 *
 * @param <X> the checked exception it may throw
 */
@FunctionalInterface
public interface RemoteRunnable<X extends Exception> extends Serializable {
  /** Runs on the worker that was called. */
  void run() throws X;
}
