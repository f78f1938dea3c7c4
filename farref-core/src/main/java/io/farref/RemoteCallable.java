package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function without an argument that runs on another worker and returns a value.
 *
 * <p>Write it as a lambda or a method reference. The values that it captures are copied. {@link
 * Serializable} only makes the compiler keep what is needed to name the function; Java
 * serialization is never used.
 *
 * @param <R> the type of the result
 * @param <X> the checked exception it may throw; inferred as {@link RuntimeException} when it
 *     throws nothing checked
 */
@FunctionalInterface
public interface RemoteCallable<R extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the called worker, on one of its threads. */
  R call() throws X;
}
