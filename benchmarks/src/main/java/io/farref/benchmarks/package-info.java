/**
 * Measures Farref between two JVMs, compared with the limits of the machine and with other systems.
 * Uses only the public API.
 *
 * <p>{@link io.farref.benchmarks.Run} is the program. It starts a {@link
 * io.farref.benchmarks.Cell}, two fresh processes, for each {@link io.farref.benchmarks.Contender}
 * in each round; the client's process runs the {@link io.farref.benchmarks.Workload}s and prints a
 * line for each value, which {@link io.farref.benchmarks.Results} keeps and a {@link
 * io.farref.benchmarks.Sheet} shows.
 */
@NullMarked
package io.farref.benchmarks;

import org.jspecify.annotations.NullMarked;
