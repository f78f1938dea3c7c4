package io.farref.benchmarks;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Calls a server over Farref. */
record FarrefClient(Worker worker, Peer server) implements Client {
  static final String SERVER = "server";

  FarrefClient(Worker worker) {
    this(worker, worker.peer(SERVER));
  }

  @Override
  public int add(int a, int b) {
    return server.rpcSync(() -> a + b);
  }

  @Override
  public long calls(int inFlight, long nanos) {
    return Client.async(inFlight, nanos, (a, b) -> server.rpcAsync(() -> a + b));
  }

  @Override
  public Transfer payload(int size) {
    byte[] bytes = new byte[size];
    return () -> Check.equal(server.rpcSync(() -> bytes.length), size);
  }

  @Override
  public Held hold() {
    return new HeldCounter(server.remote(Counter::new));
  }

  private record HeldCounter(RRef<Counter> counter) implements Held {
    @Override
    public int add(int n) {
      return counter.rpcSync(c -> c.add(n));
    }

    @Override
    public void release() {
      counter.close();
    }
  }

  @Override
  public long objects(int inFlight, long nanos) {
    long end = System.nanoTime() + nanos;
    return inFlight == 1 ? oneByOne(end) : overlapping(inFlight, end);
  }

  private long oneByOne(long end) {
    long done = 0;
    for (; System.nanoTime() < end; done++) {
      try (RRef<Counter> counter = server.remote(Counter::new)) {
        Check.equal(counter.rpcSync(c -> c.add(1)), 1);
      }
    }
    return done;
  }

  private long overlapping(int inFlight, long end) {
    Queue<CompletableFuture<Integer>> window = new ArrayDeque<>();
    long done = 0;
    for (; System.nanoTime() < end; done++) {
      if (window.size() == inFlight) {
        Check.equal(window.remove().join(), 1);
      }
      RRef<Counter> counter = server.remote(Counter::new);
      CompletableFuture<Integer> call = counter.rpcAsync(c -> c.add(1));
      window.add(call.whenComplete((_, _) -> counter.close()));
    }
    window.forEach(call -> Check.equal(call.join(), 1));
    return done;
  }

  @Override
  public int live() {
    return server.rpcSync(Counter::live);
  }

  @Override
  public void close() {
    worker.closeNow();
  }
}
