package io.farref.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * A system that is measured, in one configuration: its server runs in one JVM, its client in
 * another. Found as a service.
 */
public interface Contender {
  /** The workloads of every system that has calls and objects. */
  List<String> COMMON = List.of("latency", "held", "throughput", "payload", "objects");

  /** Its name, in lower case. */
  String name();

  /** The configuration: transport, threads, serialization, anything tuned. */
  String about();

  /** The name of the contender that this one can at best be as fast as. */
  default String limit() {
    return "limit-tcp";
  }

  /** The names of the workloads that it can do. */
  default List<String> workloads() {
    return COMMON;
  }

  /** The environment variables of both processes. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** The start of the command line of both processes; empty for a JVM like all the others. */
  default List<String> command() {
    return List.of();
  }

  /** Begins to serve, on loopback only, and returns where: one word for {@link #connect}. */
  String serve() throws Exception;

  /** Connects to the address that {@link #serve} returned in the other process. */
  Client connect(String address) throws Exception;
}
