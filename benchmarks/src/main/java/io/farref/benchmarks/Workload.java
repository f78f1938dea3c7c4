package io.farref.benchmarks;

/** Something to measure. */
interface Workload {
  /** Measures it, through the client of one contender. */
  void run(Client client, Measuring out) throws Exception;
}
