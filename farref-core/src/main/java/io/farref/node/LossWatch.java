package io.farref.node;

import io.farref.WorkerLostException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Tells who asks when a worker is lost, once, also if that was before. Thread-safe. */
final class LossWatch {
  private static final System.Logger LOG = System.getLogger(LossWatch.class.getPackageName());

  private final Executor threads;

  // Guarded by this.
  private final Map<Integer, WorkerLostException> lost = new HashMap<>();
  private final Map<Integer, List<Consumer<? super WorkerLostException>>> waiting = new HashMap<>();

  /**
   * @param threads run what users gave; each task may take its time
   */
  LossWatch(Executor threads) {
    this.threads = threads;
  }

  void await(int worker, Consumer<? super WorkerLostException> action) {
    WorkerLostException why;
    synchronized (this) {
      why = lost.get(worker);
      if (why == null) {
        waiting.computeIfAbsent(worker, _ -> new ArrayList<>(1)).add(action);
      }
    }
    if (why != null) {
      tell(action, why);
    }
  }

  void lost(int worker, WorkerLostException why) {
    List<Consumer<? super WorkerLostException>> told;
    synchronized (this) {
      if (lost.putIfAbsent(worker, why) != null) {
        return;
      }
      told = waiting.remove(worker);
    }
    if (told != null) {
      told.forEach(action -> tell(action, why));
    }
  }

  private void tell(Consumer<? super WorkerLostException> action, WorkerLostException why) {
    threads.execute(
        () -> {
          try {
            action.accept(why);
          } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "an onLost action failed, told that " + why.getMessage(), e);
          }
        });
  }
}
