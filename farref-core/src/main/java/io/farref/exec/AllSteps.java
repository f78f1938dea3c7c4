package io.farref.exec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes every step of a close, also when an earlier one fails. */
public final class AllSteps {
  private @Nullable Throwable failure;

  private AllSteps() {}

  /** Runs all steps in order; then throws the first failure, if there was one. */
  public static void run(List<Runnable> steps) {
    AllSteps all = new AllSteps();
    steps.forEach(all::step);
    switch (all.failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  private void step(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    }
  }
}
