package io.farref.spi;

import io.farref.Worker;
import java.util.ServiceLoader;

/** Finds the implementation behind {@link Worker}; there is one. */
public interface WorkerProvider {
  /** A builder that lets the package of {@code caller} and its subpackages travel. */
  Worker.Builder builder(Class<?> caller);

  /** See {@link Worker#current()}. */
  Worker current();

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
