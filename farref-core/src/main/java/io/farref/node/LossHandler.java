package io.farref.node;

import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import io.farref.group.Member;
import io.farref.node.connect.Connections;
import io.farref.node.connect.LossKind;
import io.farref.node.connect.Members;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Handles the loss of a worker, once: ends the connections with it, notifies the references, the
 * listeners and the barriers of this worker, and has the lost worker evicted from the group. If the
 * other workers have declared this one dead, this worker closes. A worker is lost when a connection
 * to it has ended or was silent for the session timeout, when it is no longer a member, or when it
 * has declared this worker dead.
 */
final class LossHandler implements Connections.LossListener {
  private static final System.Logger LOG = System.getLogger(LossHandler.class.getPackageName());

  private final LocalWorker worker;
  private final EvictionPolicy eviction;

  /** The workers that have declared this one dead. */
  private final Set<Integer> declaredDeadBy = ConcurrentHashMap.newKeySet();

  LossHandler(LocalWorker worker, EvictionPolicy eviction) {
    this.worker = worker;
    this.eviction = eviction;
  }

  /** The store says that these are the members of the group now. */
  void membersChanged(List<Member> present) {
    if (present.stream().noneMatch(member -> member.id() == worker.id())) {
      worker.expelled("it was evicted from the group");
      return;
    }
    for (int left : worker.members().update(present)) {
      handle(left, "it left", LossKind.GONE);
    }
    worker.barriers().joined();
  }

  @Override
  public void lost(int id, String why, LossKind kind) {
    worker.router().loseBecause(id, why);
    if (worker.members().remove(id)) {
      handle(id, why, kind);
    }
  }

  private void handle(int id, String why, LossKind kind) {
    Members members = worker.members();
    Member member = members.member(id);
    if (!worker.isClosing()) {
      LOG.log(Level.INFO, "worker {0} lost worker {1}: {2}", worker.name(), member, why);
    }
    worker.router().lose(id);
    worker.references().workerLost(id);
    worker
        .lostWorkers()
        .put(
            id,
            new WorkerLostException(
                "worker " + members.name(id) + " is lost: " + why, Execution.NOT_EXECUTED));
    worker.losses().lost(id);
    if (member != null && kind != LossKind.ALIVE) {
      eviction.lost(member, kind);
    }
    worker.barriers().review();
  }

  @Override
  public void declaredDeadBy(int id, String why) {
    boolean isNew = !worker.members().isGone(id);
    lost(id, why, LossKind.ALIVE);
    if (isNew && declaredDeadBy.add(id) && declaredDeadBy.size() >= worker.present().size()) {
      worker.expelled(
          "workers "
              + declaredDeadBy.stream().map(worker.members()::name).toList()
              + " declared it dead");
    }
  }
}
