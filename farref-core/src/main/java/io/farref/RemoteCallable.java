package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function without argument that runs on another worker and returns a value.
 *
 * <p>It is shipped, not shared: captured values are copied. Write it as a lambda or a method
 * reference; {@link Serializable} only makes the compiler keep what is needed to name it, Java
 * serialization is never used.
 *
 * @param <R> what it returns
 * @param <X> the checked exception it may throw; inferred as {@link RuntimeException} when it
 *     throws nothing checked
 */
@FunctionalInterface
public interface RemoteCallable<R extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the worker that was called. */
  R call() throws X;
}
