package io.farref.spi;

import io.farref.Deadline;
import io.farref.Worker;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the implementation behind {@link Worker}; there is one. */
public interface WorkerProvider {
  /** A builder whose allow-list has the package of {@code caller} and its subpackages. */
  Worker.Builder builder(Class<?> caller);

  /** See {@link Worker#current()}. */
  Worker current();

  /** The {@link System#nanoTime} of {@link Deadline#current()}. */
  OptionalLong deadline();

  /** Runs a block with a deadline, a {@link System#nanoTime}. See {@link Deadline#call}. */
  <R extends @Nullable Object, X extends Exception> R callBefore(
      long nanoTime, ScopedValue.CallableOp<? extends R, X> block) throws X;

  /** The implementation. */
  static WorkerProvider get() {
    return Holder.INSTANCE;
  }

  /** Loads once, on first use. */
  final class Holder {
    private static final WorkerProvider INSTANCE =
        ServiceLoader.load(WorkerProvider.class, WorkerProvider.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("farref-core is incomplete: no WorkerProvider"));

    private Holder() {}
  }
}
