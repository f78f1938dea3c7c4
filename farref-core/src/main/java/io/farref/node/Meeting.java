package io.farref.node;

import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.call.Request;
import io.farref.group.Member;
import io.farref.wire.CallHead;

/**
 * A worker's side of a {@link Gathering}: goes to whoever coordinates, the present member of the
 * lowest id.
 */
final class Meeting {
  private final LocalWorker worker;
  private final long timeoutNanos;

  Meeting(LocalWorker worker, long timeoutNanos) {
    this.worker = worker;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Waits until all are there.
   *
   * @return the sum of what they brought
   * @throws WorkerLostException if one will never come
   * @throws RpcTimeoutException if the time passes
   */
  long meet(String what, long number) {
    int coordinator =
        worker.members().present().stream().mapToInt(Member::id).min().orElse(worker.id());
    return worker
        .router()
        .client(coordinator)
        .<Long>call(
            Request.onWorker(
                new Arrival(what, worker.id(), number),
                CallHead.COMPOSE | CallHead.SYSTEM,
                timeoutNanos))
        .<RuntimeException>await();
  }

  /** As {@link #meet}, without those who are lost meanwhile, the coordinator included. */
  long meetWhoeverComes(String what, long number) {
    while (true) {
      int before = worker.members().present().size();
      try {
        return meet("close-" + what, number);
      } catch (WorkerLostException e) {
        if (worker.members().present().size() >= before) {
          throw e;
        }
      }
    }
  }
}
