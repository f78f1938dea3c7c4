package io.farref.benchmarks;

import com.sun.management.ThreadMXBean;
import io.farref.RRef;
import io.farref.WorkerStats;
import java.lang.management.ManagementFactory;

/** The bytes and the memory of a small call, once its symbols are defined on the connection. */
final class CostPerCall {
  private static final int CALLS = 40_000;
  private static final int IN_FLIGHT = 256;

  private CostPerCall() {}

  private interface Calls {
    long run() throws Exception;
  }

  static void run(FarrefClient client, Measuring out) throws Exception {
    int calls = out.count(CALLS);
    RRef<Counter> held = client.server().remote(Counter::new);
    measure(client, out, "rpcSync", () -> times(calls, () -> Check.equal(client.add(1, 2), 3)));
    measure(client, out, "held", () -> times(calls, () -> held.rpcSync(c -> c.add(1))));
    long nanos = out.nanos(1);
    measure(client, out, "rpcAsync, 256", () -> client.calls(IN_FLIGHT, nanos));
    held.close();
    CommonWorkloads.drain(client);
  }

  private static long times(int calls, Runnable call) {
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return calls;
  }

  private static void measure(FarrefClient client, Measuring out, String name, Calls calls)
      throws Exception {
    calls.run();
    long thereBefore = client.server().rpcSync(CostPerCall::allocated);
    long hereBefore = allocated();
    WorkerStats before = client.worker().stats();
    double done = calls.run();
    WorkerStats after = client.worker().stats();
    long here = allocated() - hereBefore;
    long there = client.server().rpcSync(CostPerCall::allocated) - thereBefore;
    out.value(Sheet.COST_BYTES, name + ": there", (after.bytesSent() - before.bytesSent()) / done);
    out.value(
        Sheet.COST_BYTES, name + ": back", (after.bytesReceived() - before.bytesReceived()) / done);
    out.value(Sheet.COST_ALLOCATED, name + ": here", here / done);
    out.value(Sheet.COST_ALLOCATED, name + ": there", there / done);
  }

  /** By all threads of this JVM since it started. */
  static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getTotalThreadAllocatedBytes();
  }
}
