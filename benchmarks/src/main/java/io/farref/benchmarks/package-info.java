/**
 * Measures Farref between two JVMs, beside what the machine allows. Uses only the public API.
 *
 * <p>{@link io.farref.benchmarks.EndToEnd} is the program.
 */
@NullMarked
package io.farref.benchmarks;

import org.jspecify.annotations.NullMarked;
