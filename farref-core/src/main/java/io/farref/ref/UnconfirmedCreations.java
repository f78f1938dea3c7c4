package io.farref.ref;

import io.farref.exec.DeadlineSweeper;
import io.farref.exec.WorkerThreads;
import io.farref.ref.lifetime.ControlMessage;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.UserEntry;
import io.farref.ref.lifetime.ValueId;
import io.farref.time.Deadlines;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The creations that this worker has sent and whose owners have not confirmed yet that they came. A
 * creation has no reply, so its time limit is watched here: after it the value counts as never
 * created. Thread-safe.
 */
final class UnconfirmedCreations implements DeadlineSweeper.Source {
  private final LifetimeTable table;
  private final WorkerThreads threads;
  private final DeadlineSweeper deadlines;
  private final Map<ValueId, Creation> waiting = new ConcurrentHashMap<>();

  private record Creation(UserEntry entry, long deadline) {}

  UnconfirmedCreations(LifetimeTable table, WorkerThreads threads, DeadlineSweeper deadlines) {
    this.table = table;
    this.threads = threads;
    this.deadlines = deadlines;
    deadlines.add(this);
  }

  /** A creation was sent. */
  void watch(UserEntry entry, long deadline) {
    if (deadline == Deadlines.NONE || table.isConfirmed(entry)) {
      return;
    }
    ValueId id = entry.id();
    waiting.put(id, new Creation(entry, deadline));
    deadlines.schedule(deadline);
    // Afterwards: the answer either finds it or is seen here.
    if (table.isConfirmed(entry) || table.loss(entry) != null) {
      waiting.remove(id);
    }
  }

  /** A message of an owner came. */
  void answered(ControlMessage message) {
    switch (message) {
      case ControlMessage.Held _, ControlMessage.Gone _, ControlMessage.Full _ ->
          waiting.remove(message.id());
      default -> {} // it is not about a creation of this worker
    }
  }

  @Override
  public long expire(long now) {
    long next = Deadlines.NONE;
    for (Iterator<Creation> all = waiting.values().iterator(); all.hasNext(); ) {
      Creation each = all.next();
      if (each.deadline - now <= 0) {
        all.remove();
        // On another thread: it sends a message.
        threads.call(() -> table.creationTimedOut(each.entry));
      } else {
        next = Deadlines.earlier(next, each.deadline);
      }
    }
    return next;
  }

  @Override
  public void fail(Throwable cause) {
    // Uses of values that never come would wait for ever.
    threads.onFailure().uncaughtException(Thread.currentThread(), cause);
  }

  void stop() {
    deadlines.remove(this);
    waiting.clear();
  }
}
