package io.farref.node;

import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.call.Request;
import io.farref.group.Member;
import io.farref.wire.CallHead;

/**
 * A worker's side of barriers: calls the {@link BarrierCoordinator} of the coordinator, which is
 * the present member with the lowest id.
 */
final class Barrier {
  private final LocalWorker worker;
  private final long timeoutNanos;

  Barrier(LocalWorker worker, long timeoutNanos) {
    this.worker = worker;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Arrives at a barrier and waits until all workers have arrived.
   *
   * @return the sum of their numbers
   * @throws WorkerLostException if a worker that has not arrived is lost
   * @throws RpcTimeoutException if the time passes
   */
  long await(BarrierKind kind, long number) {
    int coordinator =
        worker.members().present().stream().mapToInt(Member::id).min().orElse(worker.id());
    return worker
        .router()
        .client(coordinator)
        .<Long>call(
            Request.onWorker(
                new BarrierArrival(kind, number), CallHead.COMPOSE | CallHead.SYSTEM, timeoutNanos))
        .<RuntimeException>await();
  }

  /** As {@link #await}, but completes without workers that are lost, the coordinator included. */
  long awaitPresent(BarrierKind kind, long number) {
    while (true) {
      int before = worker.members().present().size();
      try {
        return await(kind, number);
      } catch (WorkerLostException e) {
        if (worker.members().present().size() >= before) {
          throw e;
        }
      }
    }
  }
}
