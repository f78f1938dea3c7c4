/**
 * Assembles a worker from the other packages, and runs its life: joining, barriers, the loss and
 * eviction of other workers, graceful shutdown.
 *
 * <p>{@link io.farref.node.FarrefProvider} is what {@code Worker.builder()} finds; {@link
 * io.farref.node.LocalWorker} is what it builds.
 */
@NullMarked
package io.farref.node;

import org.jspecify.annotations.NullMarked;
