package io.farref.node;

import io.farref.JoinException;
import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.MalformedException;
import io.farref.group.Member;
import io.farref.group.membership.JoinAcknowledgements;
import io.farref.node.connect.FlushProbe;
import io.farref.time.Deadlines;
import io.farref.time.Durations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The last step of a join: waits until every member knows this worker, so that each can call it.
 * Each says so in the store. One that does not say so soon is called: it answers once it knows this
 * worker, or is declared dead, as any member that does not answer. Used once, by one thread.
 */
final class JoinCompletion {
  private static final System.Logger LOG = System.getLogger(JoinCompletion.class.getPackageName());

  /** How often it looks whether a member was lost or has answered. */
  private static final Duration PERIOD = Duration.ofMillis(20);

  /** How long a member may take to say in the store that it knows this worker. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final LocalWorker worker;
  private final JoinAcknowledgements acknowledgements;
  private final long started = System.nanoTime();
  private final Set<Integer> called = new HashSet<>();
  private final Set<Integer> answered = ConcurrentHashMap.newKeySet();
  private boolean storeLost;

  JoinCompletion(LocalWorker worker) {
    this.worker = worker;
    acknowledgements = worker.membership().acknowledgements();
  }

  /**
   * Waits; returns also if this worker is closed, because the others have declared it dead.
   *
   * @throws JoinException if the deadline passes or the thread is interrupted
   */
  void await(long deadline) {
    while (true) {
      List<Member> missing = missing();
      if (missing.isEmpty() || worker.isClosed()) {
        return;
      }
      if (Deadlines.isPast(deadline)) {
        throw failure("the join timeout has passed", missing);
      }
      if (storeLost || System.nanoTime() - started > PATIENCE) {
        missing.forEach(this::call);
      }
    }
  }

  /** The members that are not known to know this worker. */
  private List<Member> missing() {
    List<Member> others =
        worker.members().present().stream()
            .filter(each -> each.id() < worker.id() && !answered.contains(each.id()))
            .toList();
    if (others.isEmpty()) {
      return others;
    }
    try {
      if (!storeLost) {
        return acknowledgements.missing(others, PERIOD);
      }
      TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
    } catch (InterruptedException | InterruptedIOException e) {
      Thread.currentThread().interrupt();
      throw failure("this thread was interrupted", others);
    } catch (IOException | MalformedException e) {
      LOG.log(Level.DEBUG, worker + " asks the members themselves, because the store is lost", e);
      storeLost = true;
    }
    return others;
  }

  private void call(Member member) {
    if (called.add(member.id())) {
      try {
        var _ =
            FlushProbe.send(worker.router().client(member.id()), 0)
                .thenRun(() -> answered.add(member.id())); // without an answer it gets lost
      } catch (WorkerLostException | WorkerClosedException e) {
        LOG.log(Level.DEBUG, "worker {0} was lost just now", member);
      }
    }
  }

  private JoinException failure(String why, List<Member> missing) {
    return new JoinException(
        "worker "
            + worker.name()
            + " is in the group, but not every member knows it after "
            + Durations.format(System.nanoTime() - started)
            + ", and "
            + why
            + ". It leaves again. Not known to "
            + missing
            + ": do these members still run, and do they reach the rendezvous?",
        Execution.NOT_EXECUTED);
  }
}
