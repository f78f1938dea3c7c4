package io.farref.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
 * <p>A worker that stopped waiting has arrived all the same: the others do not wait for it. It may
 * not know that they have passed since. So at the barrier of programs its number counts its
 * arrivals, and one that it repeats after the others have passed ends at once.
 */
final class BarrierCoordinator {
  /** The barrier of programs, {@code Worker.barrier()}. */
  static final String PROGRAM = "barrier";

  /** Barriers with this prefix complete without lost workers; any other fails. */
  private static final String TOLERANT = "close";

  /**
   * The barriers of a close, in order. When a coordinator dies, it may have released some workers
   * from a barrier and not others: a worker that is at a later barrier has passed the earlier ones.
   */
  private static final List<String> CLOSING =
      List.of("close-quiet", "close-collected", "close-reported", "close-released");

  private final int self;
  private final IntConsumer watch;
  private final Supplier<Set<Integer>> present;
  private final Supplier<Set<String>> past;
  private final Executor executor;

  @GuardedBy("this")
  private final Map<String, Round> rounds = new HashMap<>();

  /** The number of each worker's last arrival at the barrier of programs that has passed. */
  @GuardedBy("this")
  private final Map<Integer, Long> passed = new HashMap<>();

  /**
   * One use of a barrier: the workers that have arrived, and the replies that wait for the rest.
   */
  private record Round(Map<Integer, Long> arrived, List<Waiter> waiting) {
    void complete(long sum) {
      waiting.forEach(each -> each.sum.complete(sum));
    }

    void fail(Throwable cause) {
      waiting.forEach(each -> each.sum.completeExceptionally(cause));
    }
  }

  private record Waiter(int worker, CompletableFuture<Long> sum) {}

  /**
   * @param self the coordinator's id
   * @param watch makes sure that the loss of the member of that id will be noticed
   * @param present the ids of the present members
   * @param past the names of the members of a fixed group that are no longer present
   */
  BarrierCoordinator(
      int self,
      IntConsumer watch,
      Supplier<Set<Integer>> present,
      Supplier<Set<String>> past,
      Executor executor) {
    this.self = self;
    this.watch = watch;
    this.present = present;
    this.past = past;
    this.executor = executor;
  }

  /** A worker arrives; the stage completes with the sum when all have arrived. */
  CompletionStage<Long> arrive(String barrier, int from, long number) {
    Waiter waiter = new Waiter(from, new CompletableFuture<>());
    Set<Integer> absent = new HashSet<>(present.get());
    synchronized (this) {
      if (barrier.equals(PROGRAM) && number <= passed.getOrDefault(from, Long.MIN_VALUE)) {
        return CompletableFuture.completedStage(number);
      }
      Round round =
          rounds.computeIfAbsent(barrier, _ -> new Round(new HashMap<>(), new ArrayList<>()));
      round.arrived.put(from, number);
      round.waiting.removeIf(each -> each.sum.isDone()); // those that stopped waiting
      round.waiting.add(waiter);
      absent.removeAll(round.arrived.keySet());
    }
    absent.forEach(watch::accept);
    review();
    return waiter.sum;
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
      for (Map.Entry<String, Round> each : List.copyOf(rounds.entrySet())) {
        if (ends(each.getKey(), each.getValue(), endings)) {
          rounds.remove(each.getKey());
        }
      }
    }
    endings.forEach(executor::execute);
  }

  @GuardedBy("this")
  private boolean ends(String name, Round round, List<Runnable> endings) {
    // Asked before past: a worker that is lost afterwards still counts as absent, and one that was
    // lost earlier is among the past.
    Set<Integer> absent = new HashSet<>(present.get());
    if (!name.startsWith(TOLERANT)) {
      Set<String> missing = past.get();
      if (!missing.isEmpty()) {
        endings.add(
            () ->
                round.fail(
                    new WorkerLostException(
                        "not all workers can reach barrier '" + name + "': lost " + missing,
                        Execution.EXECUTED)));
        return true;
      }
    }
    absent.removeAll(round.arrived.keySet());
    rounds.forEach(
        (other, later) -> {
          if (CLOSING.contains(name) && CLOSING.indexOf(other) > CLOSING.indexOf(name)) {
            absent.removeAll(later.arrived.keySet());
          }
        });
    if (!absent.isEmpty()) {
      return false;
    }
    if (name.equals(PROGRAM)) {
      passed.keySet().retainAll(round.arrived.keySet()); // the others are lost or have left
      passed.putAll(round.arrived);
    }
    long sum = round.arrived.values().stream().mapToLong(Long::longValue).sum();
    // The coordinator's own worker comes last: it may leave at once, and the replies to the other
    // workers must be sent before.
    round.waiting.sort(Comparator.comparing(each -> each.worker == self));
    endings.add(() -> round.complete(sum));
    return true;
  }
}
