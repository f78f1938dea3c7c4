package io.farref.node;

import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.call.Housekeeping;
import java.util.concurrent.CompletionStage;

/**
 * The library's own call by which a worker arrives at a {@link Gathering}.
 *
 * @param meeting what for
 * @param from who arrives
 * @param number with what
 */
record Arrival(String meeting, int from, long number)
    implements RemoteCallable<CompletionStage<Long>, RuntimeException>, Housekeeping {
  @Override
  public CompletionStage<Long> call() {
    return ((LocalWorker) Worker.current()).gathering().arrive(meeting, from, number);
  }
}
