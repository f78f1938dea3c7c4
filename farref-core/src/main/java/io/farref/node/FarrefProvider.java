package io.farref.node;

import io.farref.Worker;
import io.farref.exec.CallContext;
import io.farref.exec.CurrentDeadline;
import io.farref.spi.WorkerProvider;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The service provider behind {@link Worker}: makes builders, and finds the context of calls. */
public final class FarrefProvider implements WorkerProvider {
  @Override
  public Worker.Builder builder(Class<?> caller) {
    return new WorkerBuilder(caller);
  }

  @Override
  public Worker current() {
    CallContext context = CallContext.current();
    if (context == null) {
      throw new IllegalStateException(
          "this thread runs no call: Worker.current() works inside a shipped function or a method"
              + " called through a reference");
    }
    return context.worker();
  }

  @Override
  public OptionalLong deadline() {
    return CurrentDeadline.get();
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R callBefore(
      long nanoTime, ScopedValue.CallableOp<? extends R, X> block) throws X {
    return CurrentDeadline.call(nanoTime, block);
  }
}
