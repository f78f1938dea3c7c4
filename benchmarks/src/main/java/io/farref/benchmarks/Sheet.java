package io.farref.benchmarks;

/** The tables of the report, each filled by one workload. */
enum Sheet {
  LATENCY("latency", "A small call that is waited for (µs)", false),
  HELD("held", "The same call on an object that is held (µs)", false),
  THROUGHPUT("throughput", "Small calls per second, by the number in flight", true),
  THROUGHPUT_CPU("throughput", "Processor time of both sides for each of them (µs)", false),
  PAYLOAD("payload", "Payload, sent one at a time and acknowledged (MiB/s)", true),
  PAYLOAD_CPU("payload", "Processor time of both sides for each MiB (µs)", false),
  OBJECTS("objects", "Objects made, called once and released, per second", true),
  OBJECTS_CPU("objects", "Processor time of both sides for each object (µs)", false),
  COST_BYTES("cost", "Bytes on the wire for each small call, to the server and back", false),
  COST_ALLOCATED("cost", "Bytes allocated for each small call, here and on the server", false),
  LINK("link", "Ten dependent calls over a link of 10 ms each way (ms)", false),
  BULK("bulk", "Small calls while 1 GiB arguments are on the same connection (µs)", false),
  MILLION("million", "A million references held: bytes for each, and pauses", false),
  DROP("million", "A million references dropped to the garbage collector", false),
  JOIN("join", "Workers that join on one machine, after their JVMs are up", false),
  START("start", "From the start of a JVM to its first call (ms)", false);

  private final String workload;
  private final String title;
  private final boolean higherIsBetter;

  Sheet(String workload, String title, boolean higherIsBetter) {
    this.workload = workload;
    this.title = title;
    this.higherIsBetter = higherIsBetter;
  }

  /** The workload that fills it. */
  String workload() {
    return workload;
  }

  String title() {
    return title;
  }

  boolean higherIsBetter() {
    return higherIsBetter;
  }
}
