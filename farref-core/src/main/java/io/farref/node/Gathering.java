package io.farref.node;

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
 * Where the group's workers meet, on the one that coordinates: each arrives with a number, all
 * leave with the sum. Thread-safe.
 */
final class Gathering {
  /** Meetings that go on without those who are lost; any other fails. */
  private static final String TOLERANT = "close";

  /**
   * The meetings of a close, in order. When a coordinator dies it may have let some go on and not
   * others: who is in a later one has been in the earlier ones.
   */
  private static final List<String> CLOSING =
      List.of("close-quiet", "close-collected", "close-reported", "close-released");

  private final int self;
  private final IntConsumer watch;
  private final Supplier<Set<Integer>> present;
  private final Supplier<Set<String>> past;
  private final Executor executor;
  private final Map<String, Meeting> meetings = new HashMap<>();

  /** Those who are there, and what waits for the rest. */
  private record Meeting(Map<Integer, Long> arrived, List<Waiting> waiting) {
    void complete(long sum) {
      waiting.forEach(each -> each.sum.complete(sum));
    }

    void fail(Throwable cause) {
      waiting.forEach(each -> each.sum.completeExceptionally(cause));
    }
  }

  private record Waiting(int worker, CompletableFuture<Long> sum) {}

  /**
   * Makes one.
   *
   * @param self the coordinator's id
   * @param watch sees to it that the loss of the member of that id will be noticed
   * @param present the ids of the present members
   * @param past the names of the members of a fixed group that are no longer present
   */
  Gathering(
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

  /** A worker arrives; the stage completes when all have. */
  CompletionStage<Long> arrive(String meeting, int from, long number) {
    Waiting waiting = new Waiting(from, new CompletableFuture<>());
    Set<Integer> absent = new HashSet<>(present.get());
    synchronized (this) {
      Meeting at =
          meetings.computeIfAbsent(meeting, _ -> new Meeting(new HashMap<>(), new ArrayList<>()));
      at.arrived.put(from, number);
      at.waiting.add(waiting);
      absent.removeAll(at.arrived.keySet());
    }
    absent.forEach(watch::accept);
    review();
    return waiting.sum;
  }

  /** Somebody is lost or has left: whoever waited for it need not, or waits in vain. */
  void review() {
    List<Runnable> endings = new ArrayList<>();
    synchronized (this) {
      meetings.entrySet().removeIf(each -> ends(each.getKey(), each.getValue(), endings));
    }
    endings.forEach(executor::execute);
  }

  private boolean ends(String name, Meeting meeting, List<Runnable> endings) {
    // Asked first: who is lost after this is missed, and who was before is among the past.
    Set<Integer> absent = new HashSet<>(present.get());
    if (!name.startsWith(TOLERANT)) {
      Set<String> missing = past.get();
      if (!missing.isEmpty()) {
        endings.add(
            () ->
                meeting.fail(
                    new WorkerLostException(
                        "not all can meet for '" + name + "': lost " + missing,
                        Execution.EXECUTED)));
        return true;
      }
    }
    absent.removeAll(meeting.arrived.keySet());
    meetings.forEach(
        (other, later) -> {
          if (CLOSING.contains(name) && CLOSING.indexOf(other) > CLOSING.indexOf(name)) {
            absent.removeAll(later.arrived.keySet());
          }
        });
    if (!absent.isEmpty()) {
      return false;
    }
    long sum = meeting.arrived.values().stream().mapToLong(Long::longValue).sum();
    // The coordinator hears last: it may leave at once, and the others' answers go out before.
    meeting.waiting.sort(Comparator.comparing(each -> each.worker == self));
    endings.add(() -> meeting.complete(sum));
    return true;
  }
}
