package io.farref.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The workloads that every contender is measured with. */
final class CommonWorkloads {
  private static final int[] IN_FLIGHT = {1, 16, 256};
  private static final int[] PAYLOADS = {1 << 10, 64 << 10, 1 << 20, 64 << 20};
  private static final int[] OBJECTS_IN_FLIGHT = {1, 64};
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

  private CommonWorkloads() {}

  /** One caller that waits for each answer. */
  static void latency(Client client, Measuring out) throws Exception {
    latency(Sheet.LATENCY, out, i -> Check.equal(client.add(i, 7), i + 7));
  }

  /** The same, on an object that lives on the server. */
  static void held(Client client, Measuring out) throws Exception {
    holdAndCall(client, out);
    drain(client);
  }

  /** A method of its own: where the garbage collector releases, nothing here holds on to it. */
  private static void holdAndCall(Client client, Measuring out) throws Exception {
    Client.Held held = client.hold();
    latency(Sheet.HELD, out, i -> Check.equal(held.add(1), i + 1));
    held.release();
  }

  private static void latency(Sheet sheet, Measuring out, Sample.Call call) throws Exception {
    Sample sample = out.sequential(2, 2, call);
    out.value(sheet, "p50", sample.percentileMicros(0.5));
    out.value(sheet, "p99", sample.percentileMicros(0.99));
    out.value(sheet, "p99.9", sample.percentileMicros(0.999));
    out.value(sheet, "CPU, both sides", sample.cpuMicrosPerCall());
  }

  /** How many calls there can be with so many in flight. */
  static void throughput(Client client, Measuring out) throws Exception {
    for (int n : IN_FLIGHT) {
      Sample sample = out.overlapping(1, 1.5, nanos -> client.calls(n, nanos));
      out.value(Sheet.THROUGHPUT, n + " in flight", sample.callsPerSecond());
      out.value(Sheet.THROUGHPUT_CPU, n + " in flight", sample.cpuMicrosPerCall());
    }
  }

  /** How fast large arguments travel. */
  static void payload(Client client, Measuring out) throws Exception {
    for (int size : PAYLOADS) {
      Client.Transfer transfer;
      try {
        transfer = client.payload(size);
      } catch (UnsupportedOperationException e) {
        continue;
      }
      double mebibytes = size / (double) (1 << 20);
      Sample sample = out.sequential(0.7, 1.2, _ -> transfer.run());
      String name = size < 1 << 20 ? (size >> 10) + " KiB" : (size >> 20) + " MiB";
      out.value(Sheet.PAYLOAD, name, sample.callsPerSecond() * mebibytes);
      out.value(Sheet.PAYLOAD_CPU, name, sample.cpuMicrosPerCall() / mebibytes);
    }
  }

  /** How fast objects come and go; the clock runs until the server has let go of the last. */
  static void objects(Client client, Measuring out) throws Exception {
    for (int n : OBJECTS_IN_FLIGHT) {
      Sample sample = out.overlapping(1, 1.5, nanos -> objects(client, n, nanos));
      out.value(Sheet.OBJECTS, n + " in flight", sample.callsPerSecond());
      out.value(Sheet.OBJECTS_CPU, n + " in flight", sample.cpuMicrosPerCall());
    }
  }

  private static long objects(Client client, int inFlight, long nanos) throws Exception {
    long done = client.objects(inFlight, nanos);
    drain(client);
    return done;
  }

  /** Waits until the server has no object left. */
  static void drain(Client client) throws Exception {
    long end = System.nanoTime() + DRAIN_NANOS;
    for (int live; (live = client.live()) != 0; client.hurryRelease()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(live + " objects leaked");
      }
      LockSupport.parkNanos(100_000);
    }
  }
}
