package io.farref.ref;

import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import io.farref.call.Threads;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who wants to hear of the loss of which value. Keeps no reference object alive. Thread-safe. */
final class LossListeners {
  private final Threads threads;
  private final Unusable unusable;
  private final Map<Entry, List<Listener>> byEntry = new ConcurrentHashMap<>();

  private record Listener(Handle handle, Consumer<? super WorkerLostException> code) {}

  LossListeners(Threads threads, Unusable unusable) {
    this.threads = threads;
    this.unusable = unusable;
  }

  /** Whoever has that handle wants to hear of its loss; at once, if it is lost. */
  void add(Handle handle, Consumer<? super WorkerLostException> code) {
    RuntimeException failure = handle.failure();
    if (failure != null) {
      threads.tell(code, asLoss(failure));
      return;
    }
    Listener added = new Listener(handle, code);
    byEntry.merge(
        handle.entry(),
        List.of(added),
        (before, _) -> Stream.concat(before.stream(), Stream.of(added)).toList());
    if (handle.isClosed()) {
      released(handle);
    }
    Loss loss = handle.references().table().loss(handle.entry());
    if (loss != null) {
      lost(handle.entry(), loss);
    }
  }

  /** Nobody has that handle any more. */
  void released(Handle handle) {
    if (!byEntry.isEmpty()) {
      byEntry.computeIfPresent(
          handle.entry(), (_, all) -> without(all, each -> each.handle == handle));
    }
  }

  private static @Nullable List<Listener> without(List<Listener> all, Predicate<Listener> which) {
    List<Listener> left = all.stream().filter(which.negate()).toList();
    return left.isEmpty() ? null : left;
  }

  /** A value is lost: all who wait for that are told, each on a thread of its own. */
  void lost(Entry entry, Loss reason) {
    if (byEntry.isEmpty()) {
      return;
    }
    List<Listener> all = byEntry.remove(entry);
    if (all == null || reason == Loss.CLOSED) {
      return;
    }
    WorkerLostException why = asLoss(unusable.why(entry.id(), reason));
    for (Listener each : all) {
      if (!each.handle.isClosed()) {
        threads.tell(each.code, why);
      }
    }
  }

  private static WorkerLostException asLoss(RuntimeException why) {
    return why instanceof WorkerLostException loss
        ? loss
        : new WorkerLostException(
            "the value is lost: " + why.getMessage(), why, Execution.NOT_EXECUTED);
  }
}
