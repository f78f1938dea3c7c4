package io.farref.benchmarks;

import io.farref.RRef;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The other ways to make the same calls. */
record FarrefStyles(FarrefClient client) implements Client {
  /** A facade of the counter. */
  interface Adding {
    int add(int k);
  }

  @Override
  public int add(int a, int b) {
    return client.add(a, b);
  }

  @Override
  public long calls(int inFlight, long nanos) throws Exception {
    return Client.callers(
        Thread.ofVirtual().factory(), inFlight, nanos, i -> Check.equal(add(i, 7), i + 7));
  }

  @Override
  public Transfer payload(int size) {
    MemorySegment segment = Arena.ofAuto().allocate(size);
    return () -> Check.equal(client.server().rpcSync(() -> (int) segment.byteSize()), size);
  }

  @Override
  public Held hold() {
    RRef<Counter> counter = client.server().remote(Counter::new);
    return new HeldFacade(counter, counter.as(Adding.class));
  }

  private record HeldFacade(RRef<Counter> counter, Adding facade) implements Held {
    @Override
    public int add(int n) {
      return facade.add(n);
    }

    @Override
    public void release() {
      counter.close();
    }
  }

  @Override
  public int live() {
    return client.live();
  }

  @Override
  public void close() {
    client.close();
  }
}
