package io.farref;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RemoteFunction} that returns nothing.
 *
 * @param <T> the value's type
 * @param <X> the checked exception it may throw
 */
@FunctionalInterface
public interface RemoteConsumer<T extends @Nullable Object, X extends Exception>
    extends Serializable {
  /** Runs on the owner of {@code t}. */
  void accept(T t) throws X;
}
