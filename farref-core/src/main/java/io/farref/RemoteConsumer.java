package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function without a result that runs on the owner of a value, with that value as its argument.
 * See {@link RemoteCallable}.
 *
 * @param <T> the value's type
 * @param <X> the checked exception it may throw
 */
@FunctionalInterface
public interface RemoteConsumer<T extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the owner of {@code t}, which is the value itself, not a copy. */
  void accept(T t) throws X;
}
