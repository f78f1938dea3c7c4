package io.farref.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The workloads that run between a client and a server, by name. */
final class Workloads {
  private static final Map<String, Workload> ALL = new LinkedHashMap<>();

  static {
    ALL.put("latency", CommonWorkloads::latency);
    ALL.put("held", CommonWorkloads::held);
    ALL.put("throughput", CommonWorkloads::throughput);
    ALL.put("payload", CommonWorkloads::payload);
    ALL.put("objects", CommonWorkloads::objects);
    ALL.put("cost", farref(CostPerCall::run));
    ALL.put("link", farref(DependentCalls::run));
    ALL.put("bulk", farref(BulkBeside::run));
    ALL.put("million", farref(MillionReferences::run));
  }

  private Workloads() {}

  private interface FarrefWorkload {
    void run(FarrefClient client, Measuring out) throws Exception;
  }

  private static Workload farref(FarrefWorkload workload) {
    return (client, out) -> workload.run((FarrefClient) client, out);
  }

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  static Workload named(String name) {
    Workload workload = ALL.get(name);
    if (workload == null) {
      throw new IllegalArgumentException("there is no workload " + name + ", only " + ALL.keySet());
    }
    return workload;
  }
}
