package io.farref.ref;

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
  private static final System.Logger LOG = System.getLogger(LossListeners.class.getPackageName());

  private final Threads threads;
  private final Map<Entry, List<Listener>> byEntry = new ConcurrentHashMap<>();

  private record Listener(Handle handle, Consumer<WorkerLostException> code) {}

  LossListeners(Threads threads) {
    this.threads = threads;
  }

  /** Whoever has that handle wants to hear of it. */
  void add(Handle handle, Consumer<WorkerLostException> code) {
    Listener added = new Listener(handle, code);
    byEntry.merge(
        handle.entry(),
        List.of(added),
        (before, _) -> Stream.concat(before.stream(), Stream.of(added)).toList());
    if (handle.isClosed()) {
      released(handle);
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

  /** A value is lost: all who are there are told, each on a thread of its own. */
  void lost(Entry entry, WorkerLostException why) {
    List<Listener> all = byEntry.remove(entry);
    if (all != null) {
      all.forEach(
          each -> {
            if (!each.handle.isClosed()) {
              tell(each.code, why);
            }
          });
    }
  }

  boolean isEmpty() {
    return byEntry.isEmpty();
  }

  void tell(Consumer<WorkerLostException> code, WorkerLostException why) {
    threads.call(
        () -> {
          try {
            code.accept(why);
          } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "what onLost was given threw", e);
          }
        });
  }

  /** The worker closes. */
  void clear() {
    byEntry.clear();
  }
}
