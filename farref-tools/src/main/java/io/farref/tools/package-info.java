/**
 * The {@code farref} command and its parts: {@link io.farref.tools.Job} starts a group of JVMs on
 * this machine and watches over them.
 *
 * <pre>{@code
 * try (Job job =
 *     Job.builder().workers(4).mainClass("com.acme.Main").output(System.out::println).start()) {
 *   System.exit(job.waitFor().exitCode());
 * }
 * }</pre>
 */
@NullMarked
package io.farref.tools;

import org.jspecify.annotations.NullMarked;
