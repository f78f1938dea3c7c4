package io.farref.node;

import io.farref.RpcException.Execution;
import io.farref.WorkerLostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Where the group's workers meet, on the one that coordinates: each arrives with a number, all
 * leave with the sum. Thread-safe.
 */
final class Gathering {
  /** Meetings that go on without those who are lost; any other fails. */
  private static final String TOLERANT = "close";

  private final Supplier<Set<Integer>> present;
  private final Supplier<Set<String>> past;
  private final Executor executor;
  private final Map<String, Meeting> meetings = new HashMap<>();

  /** Those who are there, and what waits for the rest. */
  private record Meeting(Map<Integer, Long> arrived, CompletableFuture<Long> sum) {}

  /**
   * Makes one.
   *
   * @param present the ids of the present members
   * @param past the names of the members of a fixed group that are no longer present
   */
  Gathering(Supplier<Set<Integer>> present, Supplier<Set<String>> past, Executor executor) {
    this.present = present;
    this.past = past;
    this.executor = executor;
  }

  /** A worker arrives; the stage completes when all have. */
  CompletionStage<Long> arrive(String meeting, int from, long number) {
    Meeting at;
    synchronized (this) {
      at =
          meetings.computeIfAbsent(
              meeting, _ -> new Meeting(new HashMap<>(), new CompletableFuture<>()));
      at.arrived.put(from, number);
    }
    review();
    return at.sum;
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
    if (!name.startsWith(TOLERANT)) {
      Set<String> missing = past.get();
      if (!missing.isEmpty()) {
        endings.add(
            () ->
                meeting.sum.completeExceptionally(
                    new WorkerLostException(
                        "not all can meet for '" + name + "': lost " + missing,
                        Execution.EXECUTED)));
        return true;
      }
    }
    if (!meeting.arrived.keySet().containsAll(present.get())) {
      return false;
    }
    long sum = meeting.arrived.values().stream().mapToLong(Long::longValue).sum();
    endings.add(() -> meeting.sum.complete(sum));
    return true;
  }
}
