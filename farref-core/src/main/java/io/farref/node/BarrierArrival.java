package io.farref.node;

import io.farref.EncodingException;
import io.farref.RemoteCallable;
import io.farref.RpcException.Execution;
import io.farref.call.SystemFunction;
import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import io.farref.exec.CallContext;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The library's own call by which a worker arrives at a barrier of the {@link BarrierCoordinator}.
 * It does not say which worker arrives: that is the one that the connection leads to.
 *
 * @param number its contribution to the sum; at the barrier of programs the number of its arrival,
 *     from 1
 */
record BarrierArrival(BarrierKind barrier, long number)
    implements RemoteCallable<CompletionStage<Long>, RuntimeException>, SystemFunction {
  @Override
  public CompletionStage<Long> call() {
    CallContext context = Objects.requireNonNull(CallContext.current());
    return ((LocalWorker) context.worker()).barriers().arrive(barrier, context.caller(), number);
  }

  /** The place of the barrier, and the number. */
  static final class Codec implements CallCodec<BarrierArrival> {
    private static final BarrierKind[] KINDS = BarrierKind.values();

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
      out.writeByte(arrival.barrier.ordinal());
      out.writeLong(arrival.number);
    }

    @Override
    public BarrierArrival readCall(CallReader in) {
      in.admit(new Called.Library());
      int place = in.readByte();
      if (place < 0 || place >= KINDS.length) {
        throw new EncodingException("no barrier: " + place, Execution.NOT_EXECUTED);
      }
      return new BarrierArrival(KINDS[place], in.readLong());
    }
  }
}
