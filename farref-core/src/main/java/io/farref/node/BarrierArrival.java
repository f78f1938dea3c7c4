package io.farref.node;

import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.call.SystemFunction;
import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import java.util.concurrent.CompletionStage;

/**
 * The library's own call by which a worker arrives at a barrier of the {@link BarrierCoordinator}.
 *
 * @param barrier the name of the barrier
 * @param from the worker that arrives
 * @param number its contribution to the sum; at the barrier of programs the number of its arrival,
 *     from 1
 */
record BarrierArrival(String barrier, int from, long number)
    implements RemoteCallable<CompletionStage<Long>, RuntimeException>, SystemFunction {
  @Override
  public CompletionStage<Long> call() {
    return ((LocalWorker) Worker.current()).barriers().arrive(barrier, from, number);
  }

  /** The components in their order. */
  static final class Codec implements CallCodec<BarrierArrival> {
    @Override
    public String wireName() {
      return ".barrier";
    }

    @Override
    public Class<BarrierArrival> type() {
      return BarrierArrival.class;
    }

    @Override
    public void writeCall(BarrierArrival arrival, CallWriter out) {
      out.writeString(arrival.barrier);
      out.writeInt(arrival.from);
      out.writeLong(arrival.number);
    }

    @Override
    public BarrierArrival readCall(CallReader in) {
      in.admit(new Called.Library());
      return new BarrierArrival(in.readString(), in.readInt(), in.readLong());
    }
  }
}
