package io.farref;

import java.io.Serializable;

/**
 * A function without an argument and without a result that runs on another worker. See {@link
 * RemoteCallable}.
 *
 * @param <X> the checked exception it may throw
 */
@FunctionalInterface
public interface RemoteRunnable<X extends Exception> extends Serializable {
  /** Runs on the called worker, on one of its threads. */
  void run() throws X;
}
