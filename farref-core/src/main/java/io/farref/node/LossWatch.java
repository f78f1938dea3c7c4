package io.farref.node;

import io.farref.WorkerLostException;
import io.farref.call.Threads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tells who asks when a worker is lost, once, also if that was before. Thread-safe. */
final class LossWatch {
  private final Threads threads;

  // Guarded by this.
  private final Map<Integer, WorkerLostException> lost = new HashMap<>();
  private final Map<Integer, List<Consumer<? super WorkerLostException>>> waiting = new HashMap<>();

  LossWatch(Threads threads) {
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
      threads.tell(action, why);
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
      told.forEach(action -> threads.tell(action, why));
    }
  }
}
