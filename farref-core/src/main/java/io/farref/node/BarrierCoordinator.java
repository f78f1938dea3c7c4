package io.farref.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The coordinator of the group's barriers: each worker arrives at a barrier with a number, and when
 * all have arrived, each gets the sum. Every worker has a coordinator; the one on the present
 * member with the lowest id is used. Thread-safe.
 *
 * <p>A worker that stopped waiting at the barrier of programs has arrived all the same: the others
 * do not wait for it. It may not know that they have passed since. So its number counts its
 * arrivals, and one that it repeats after the others have passed ends at once.
 *
 * <p>Members need not be honest. One is known by its connection, so it arrives for itself only. It
 * has at most one number and one waiting call at each barrier of {@link BarrierKind}, and none once
 * it is lost.
 */
final class BarrierCoordinator {
  private final int self;
  private final IntConsumer watch;
  private final Supplier<Set<Integer>> present;
  private final Supplier<Set<String>> past;
  private final boolean closesTogether;
  private final Executor executor;

  @GuardedBy("this")
  private final Map<BarrierKind, Round> rounds = new EnumMap<>(BarrierKind.class);

  /** The number of each worker's last arrival at the barrier of programs that has passed. */
  @GuardedBy("this")
  private final Map<Integer, Long> passed = new HashMap<>();

  /**
   * One use of a barrier: the numbers of the workers that have arrived, and the replies that wait
   * for the rest, in the order of arrival; both by worker.
   */
  private record Round(Map<Integer, Long> arrived, Map<Integer, CompletableFuture<Long>> waiting) {
    /**
     * The worker {@code last} comes last: it may leave at once, and the replies to the others must
     * be sent before.
     */
    void complete(long sum, int last) {
      waiting.forEach(
          (worker, each) -> {
            if (worker != last) {
              each.complete(sum);
            }
          });
      CompletableFuture<Long> own = waiting.get(last);
      if (own != null) {
        own.complete(sum);
      }
    }

    void fail(Throwable cause) {
      waiting.values().forEach(each -> each.completeExceptionally(cause));
    }
  }

  /**
   * @param self the coordinator's id
   * @param watch makes sure that the loss of the member of that id will be noticed
   * @param present the ids of the present members
   * @param past the names of the members of a fixed group that are no longer present
   * @param closesTogether whether the group is of fixed size, so that its close has barriers
   */
  BarrierCoordinator(
      int self,
      IntConsumer watch,
      Supplier<Set<Integer>> present,
      Supplier<Set<String>> past,
      boolean closesTogether,
      Executor executor) {
    this.self = self;
    this.watch = watch;
    this.present = present;
    this.past = past;
    this.closesTogether = closesTogether;
    this.executor = executor;
  }

  /**
   * A worker arrives; the stage completes with the sum when all have arrived.
   *
   * @param from the worker at the other end of the connection
   * @throws RefusedException if that worker cannot arrive there
   */
  CompletionStage<Long> arrive(BarrierKind barrier, int from, long number) {
    Set<Integer> absent = new HashSet<>(present.get());
    check(barrier, from, number, absent);
    CompletableFuture<Long> sum = new CompletableFuture<>();
    CompletableFuture<Long> before;
    synchronized (this) {
      if (barrier == BarrierKind.PROGRAM && number <= passed.getOrDefault(from, Long.MIN_VALUE)) {
        return CompletableFuture.completedStage(number);
      }
      Round round =
          rounds.computeIfAbsent(barrier, _ -> new Round(new HashMap<>(), new LinkedHashMap<>()));
      round.arrived.put(from, number);
      before = round.waiting.remove(from);
      round.waiting.put(from, sum);
      absent.removeAll(round.arrived.keySet());
    }
    CompletionStage<Long> call = sum;
    call.whenComplete((_, _) -> ended(barrier, from, sum));
    if (before != null) {
      executor.execute(() -> before.completeExceptionally(superseded(barrier, from)));
    }
    absent.forEach(watch::accept);
    review();
    return sum;
  }

  private void check(BarrierKind barrier, int from, long number, Set<Integer> members) {
    String objection =
        barrier.isOfClose() && !closesTogether
            ? "the members of an open group do not close together"
            : !members.contains(from)
                ? "it is no member of the group any more"
                : number < 0 ? "its number there is " + number : "";
    if (!objection.isEmpty()) {
      throw new RefusedException(
          "worker " + from + " cannot arrive at barrier '" + barrier + "': " + objection,
          Execution.NOT_EXECUTED);
    }
  }

  private static RefusedException superseded(BarrierKind barrier, int from) {
    return new RefusedException(
        "worker " + from + " arrived at barrier '" + barrier + "' again and waits with that call",
        Execution.EXECUTED);
  }

  /** A call has ended; if nobody waits for it any more, nothing of it stays but what it did. */
  private synchronized void ended(BarrierKind barrier, int from, CompletableFuture<Long> sum) {
    Round round = rounds.get(barrier);
    if (round != null && round.waiting.remove(from, sum) && barrier.isOfClose()) {
      round.arrived.remove(from); // it closes at once, and is gone soon
      if (round.arrived.isEmpty()) {
        rounds.remove(barrier);
      }
    }
  }

  /** Workers have joined: the barriers wait for them too, so their loss must be noticed. */
  void joined() {
    Set<Integer> absent = new HashSet<>();
    synchronized (this) {
      for (Round each : rounds.values()) {
        Set<Integer> missing = new HashSet<>(present.get());
        missing.removeAll(each.arrived.keySet());
        absent.addAll(missing);
      }
    }
    absent.forEach(watch::accept);
  }

  /** A worker is lost or has left: completes or fails the barriers that waited for it. */
  void review() {
    List<Runnable> endings = new ArrayList<>();
    synchronized (this) {
      for (BarrierKind each : List.copyOf(rounds.keySet())) {
        Round round = rounds.get(each);
        if (round != null && ends(each, round, endings)) {
          rounds.remove(each);
        }
      }
    }
    endings.forEach(executor::execute);
  }

  @GuardedBy("this")
  private boolean ends(BarrierKind barrier, Round round, List<Runnable> endings) {
    // Asked before past: a worker that is lost afterwards still counts as absent, and one that was
    // lost earlier is among the past.
    Set<Integer> absent = new HashSet<>(present.get());
    if (!barrier.isOfClose()) {
      Set<String> missing = past.get();
      if (!missing.isEmpty()) {
        endings.add(
            () ->
                round.fail(
                    new WorkerLostException(
                        "not all workers can reach barrier '" + barrier + "': lost " + missing,
                        Execution.EXECUTED)));
        return true;
      }
      passed.keySet().retainAll(absent);
    }
    round.arrived.keySet().retainAll(absent); // the others are lost or have left
    if (round.arrived.isEmpty()) {
      return true;
    }
    absent.removeAll(round.arrived.keySet());
    if (barrier.isOfClose()) {
      // When a coordinator dies, it may have released some workers from a barrier and not others: a
      // worker that is at a later barrier has passed the earlier ones.
      rounds.forEach(
          (other, later) -> {
            if (other.compareTo(barrier) > 0) {
              absent.removeAll(later.arrived.keySet());
            }
          });
    }
    if (!absent.isEmpty()) {
      return false;
    }
    if (!barrier.isOfClose()) {
      passed.putAll(round.arrived);
    }
    long sum = round.arrived.values().stream().mapToLong(Long::longValue).sum();
    endings.add(() -> round.complete(sum, self));
    return true;
  }

  /** How many numbers of workers and waiting calls it keeps. */
  synchronized int size() {
    int size = passed.size();
    for (Round each : rounds.values()) {
      size += each.arrived.size() + each.waiting.size();
    }
    return size;
  }
}
