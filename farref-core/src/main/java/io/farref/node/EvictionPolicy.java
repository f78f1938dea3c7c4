package io.farref.node;

import io.farref.group.Member;
import io.farref.node.connect.LossKind;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides whether this worker evicts a lost one from an open group. A worker that is gone is
 * evicted at once. One that only cannot be reached is evicted if this worker is on the larger side
 * of a partition: see {@link PartitionGuard}.
 */
final class EvictionPolicy {
  private static final System.Logger LOG = System.getLogger(EvictionPolicy.class.getPackageName());

  /** How often a thread that waits before an eviction checks whether the worker is closed. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final LocalWorker worker;
  private final PartitionGuard quorum;
  private final long waitNanos;

  EvictionPolicy(LocalWorker worker, Duration sessionTimeout) {
    this.worker = worker;
    quorum = new PartitionGuard(2 * sessionTimeout.toNanos());
    waitNanos = sessionTimeout.toNanos() / 2;
  }

  /** A member is lost: evicts it, now or later, or not. Does not wait. */
  void lost(Member member, LossKind kind) {
    if (worker.isOpenGroup()) {
      worker.threads().call(() -> evict(member, kind)); // the store may be slow
    }
  }

  private void evict(Member member, LossKind kind) {
    if (kind == LossKind.UNREACHABLE && !mayEvictUnreachable(member)) {
      LOG.log(
          Level.WARNING,
          "worker {0} does not evict {1} from the group: it may itself be the one cut off",
          worker.name(),
          member);
    } else if (!worker.isClosed()) {
      worker.membership().remove(member);
    }
  }

  private boolean mayEvictUnreachable(Member member) {
    quorum.lost(member.id(), System.nanoTime());
    long end = System.nanoTime() + waitNanos;
    // Other workers may be about to be lost as well, and count for the same partition.
    while (!worker.isClosed() && worker.present().size() > 1 && end - System.nanoTime() > 0) {
      LockSupport.parkNanos(PAUSE);
    }
    return quorum.mayEvict(worker.present(), System.nanoTime());
  }
}
