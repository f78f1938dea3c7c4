package io.farref.benchmarks;

import io.farref.Peer;
import io.farref.RRef;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What is measured. One thread drives it. */
final class Workloads implements AutoCloseable {
  /** A facade of the counter. */
  interface Adding {
    int add(int k);
  }

  static final int[] IN_FLIGHT = {1, 16, 256};
  static final int[] PAYLOADS = {1 << 10, 64 << 10, 1 << 20, 64 << 20};
  static final int[] OBJECTS_IN_FLIGHT = {1, 64};

  private static final String LIMIT = "limit: blocking socket";
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Table latency = new Table("Latency of one small call, one caller (µs)");
  private final Table rate = new Table("Small calls per second");
  private final Table rateCpu = cpuOf("call");
  private final Table payload = new Table("Payload, sent one at a time and acknowledged (MiB/s)");
  private final Table payloadCpu = cpuOf("MiB");
  private final Table objects = new Table("Objects created, called once and released, per second");
  private final Table objectsCpu = cpuOf("object");

  private final Peer server;
  private final RawSocket raw;
  private final Cpu cpu;
  private final RRef<Counter> held;
  private final Adding facade;
  private final int alwaysLive;

  private static Table cpuOf(String what) {
    return new Table("Processor time of both sides for each " + what + " (µs)");
  }

  Workloads(Peer server, RawSocket raw, Cpu cpu) {
    this.server = server;
    this.raw = raw;
    this.cpu = cpu;
    this.held = server.remote(Counter::new);
    this.facade = held.as(Adding.class);
    this.facade.add(0);
    this.alwaysLive = server.rpcSync(Counter::live);
  }

  /** The time of one call, waited for. */
  void latency(long nanos) throws Exception {
    latency(LIMIT, nanos, i -> Check.equal(raw.add(i, 7), i + 7));
    latency("peer.rpcSync(() -> …)", nanos, i -> Check.equal(server.rpcSync(() -> i + 7), i + 7));
    int before = facade.add(0);
    latency(
        "rref.rpcSync(c -> …)",
        nanos,
        i -> Check.equal(held.rpcSync(c -> c.add(1)), before + i + 1));
    int now = facade.add(0);
    latency("facade", nanos, i -> Check.equal(facade.add(1), now + i + 1));
  }

  private void latency(String subject, long nanos, Sample.Call call) throws Exception {
    Sample sample = Sample.sequential(cpu, nanos, call);
    latency.add(subject, "p50", sample.percentileMicros(0.5));
    latency.add(subject, "p99", sample.percentileMicros(0.99));
    latency.add(subject, "p99.9", sample.percentileMicros(0.999));
    latency.add(subject, "CPU, both sides", sample.cpuMicrosPerCall());
  }

  /** How many calls there can be with so many in flight. */
  void throughput(long nanos) throws Exception {
    for (int n : IN_FLIGHT) {
      throughput(LIMIT + ", pipelined", n, nanos, time -> raw.pipelined(n, time));
      throughput("rpcAsync, one caller", n, nanos, time -> async(n, time));
      throughput("rpcSync, virtual threads", n, nanos, time -> threads(n, time));
    }
  }

  private void throughput(String subject, int n, long nanos, Sample.Calls calls) throws Exception {
    Sample sample = Sample.overlapping(cpu, nanos, calls);
    rate.add(subject, n + " in flight", sample.callsPerSecond());
    rateCpu.add(subject, n + " in flight", sample.cpuMicrosPerCall());
  }

  private long async(int n, long nanos) {
    Queue<CompletableFuture<Integer>> window = new ArrayDeque<>();
    long end = System.nanoTime() + nanos;
    int sent = 0;
    int received = 0;
    while (System.nanoTime() < end) {
      if (window.size() == n) {
        Check.equal(window.remove().join(), received++ + 7);
      }
      int i = sent++;
      window.add(server.rpcAsync(() -> i + 7));
    }
    while (!window.isEmpty()) {
      Check.equal(window.remove().join(), received++ + 7);
    }
    return received;
  }

  private long threads(int n, long nanos) throws Exception {
    long end = System.nanoTime() + nanos;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int t = 0; t < n; t++) {
        counts.add(threads.submit(() -> syncUntil(end)));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get();
      }
      return sum;
    }
  }

  private long syncUntil(long end) {
    int done = 0;
    while (System.nanoTime() < end) {
      int i = done++;
      Check.equal(server.rpcSync(() -> i + 7), i + 7);
    }
    return done;
  }

  /** How fast large arguments travel. */
  void payload(long nanos) throws Exception {
    for (int size : PAYLOADS) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(size);
      payload(LIMIT + ", dropped on arrival", size, nanos, _ -> raw.put(buffer));
      byte[] bytes = new byte[size];
      payload("peer.rpcSync, a byte[]", size, nanos, _ -> send(bytes));
    }
  }

  private void send(byte[] bytes) {
    Check.equal(server.rpcSync(() -> bytes.length), bytes.length);
  }

  private void payload(String subject, int size, long nanos, Sample.Call call) throws Exception {
    double mebibytes = size / (double) (1 << 20);
    Sample sample = Sample.sequential(cpu, nanos, call);
    String name = size < 1 << 20 ? (size >> 10) + " KiB" : (size >> 20) + " MiB";
    payload.add(subject, name, sample.callsPerSecond() * mebibytes);
    payloadCpu.add(subject, name, sample.cpuMicrosPerCall() / mebibytes);
  }

  /**
   * How fast objects come and go; the clock runs until the owner has let go of the last. The limit
   * is the one round trip that must be waited for.
   */
  void lifetime(long nanos) throws Exception {
    for (int n : OBJECTS_IN_FLIGHT) {
      lifetime(LIMIT + ", one round trip", n, nanos, time -> raw.pipelined(n, time));
      lifetime("remote, rpc, close", n, nanos, time -> objects(n, time));
    }
  }

  private void lifetime(String subject, int n, long nanos, Sample.Calls calls) throws Exception {
    Sample sample = Sample.overlapping(cpu, nanos, calls);
    objects.add(subject, n + " in flight", sample.callsPerSecond());
    objectsCpu.add(subject, n + " in flight", sample.cpuMicrosPerCall());
  }

  private long objects(int n, long nanos) {
    long end = System.nanoTime() + nanos;
    long done = 0;
    if (n == 1) {
      for (; System.nanoTime() < end; done++) {
        try (RRef<Counter> counter = server.remote(Counter::new)) {
          Check.equal(counter.rpcSync(c -> c.add(1)), 1);
        }
      }
    } else {
      Queue<CompletableFuture<Integer>> window = new ArrayDeque<>();
      for (; System.nanoTime() < end; done++) {
        if (window.size() == n) {
          Check.equal(window.remove().join(), 1);
        }
        RRef<Counter> counter = server.remote(Counter::new);
        CompletableFuture<Integer> call = counter.rpcAsync(c -> c.add(1));
        window.add(call.whenComplete((_, _) -> counter.close()));
      }
      window.forEach(call -> Check.equal(call.join(), 1));
    }
    awaitLive(alwaysLive);
    return done;
  }

  private void awaitLive(int wanted) {
    long end = System.nanoTime() + DRAIN_NANOS;
    for (int live; (live = server.rpcSync(Counter::live)) != wanted; ) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException((live - wanted) + " objects leaked");
      }
      LockSupport.parkNanos(100_000);
    }
  }

  /** All results so far, as Markdown. */
  String report() {
    StringBuilder text = new StringBuilder();
    for (Table table : List.of(latency, rate, rateCpu, payload, payloadCpu, objects, objectsCpu)) {
      if (!table.isEmpty()) {
        text.append(table.markdown()).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    held.close();
    awaitLive(alwaysLive - 1);
  }
}
