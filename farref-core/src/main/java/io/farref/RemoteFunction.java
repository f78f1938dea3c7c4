package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function that runs on the owner of a value, with that value as its argument. See {@link
 * RemoteCallable}.
 *
 * @param <T> the value's type
 * @param <R> the type of the result
 * @param <X> the checked exception it may throw; inferred as {@link RuntimeException} when it
 *     throws nothing checked
 */
@FunctionalInterface
public interface RemoteFunction<
        T extends @Nullable Object, R extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the owner of {@code t}, which is the value itself, not a copy. */
  R apply(T t) throws X;
}
