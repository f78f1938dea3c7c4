package io.farref.node;

import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.call.Housekeeping;
import java.util.concurrent.CompletionStage;

/**
 * The library's own call by which a worker arrives at a barrier of the {@link Gathering}.
 *
 * @param barrier its name
 * @param from the worker that arrives
 * @param number its contribution to the sum
 */
record Arrival(String barrier, int from, long number)
    implements RemoteCallable<CompletionStage<Long>, RuntimeException>, Housekeeping {
  @Override
  public CompletionStage<Long> call() {
    return ((LocalWorker) Worker.current()).gathering().arrive(barrier, from, number);
  }
}
