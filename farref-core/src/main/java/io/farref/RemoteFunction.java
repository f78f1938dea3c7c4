package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function that runs on the owner of a value, with that value itself as its argument.
 *
 * @param <T> the value's type
 * @param <R> what the function returns
 * @param <X> the checked exception it may throw; inferred as {@link RuntimeException} when it
 *     throws nothing checked
 * @see RemoteCallable
 */
@FunctionalInterface
public interface RemoteFunction<
        T extends @Nullable Object, R extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the owner of {@code t}. */
  R apply(T t) throws X;
}
