package io.farref.node;

import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.call.Housekeeping;
import io.farref.codec.LibraryCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;
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

  /** The components in their order. */
  static final class Codec implements LibraryCodec<Arrival> {
    @Override
    public String wireName() {
      return ".barrier";
    }

    @Override
    public Class<Arrival> type() {
      return Arrival.class;
    }

    @Override
    public void write(Arrival arrival, ValueWriter out) {
      out.writeString(arrival.barrier);
      out.writeInt(arrival.from);
      out.writeLong(arrival.number);
    }

    @Override
    public Arrival read(ValueReader in) {
      return new Arrival(in.readString(), in.readInt(), in.readLong());
    }
  }
}
