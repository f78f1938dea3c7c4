/**
 * Assembles a worker: joins, serves, drains, stops.
 *
 * <p>{@link io.farref.node.FarrefProvider} is what {@code Worker.builder()} finds; {@link
 * io.farref.node.LocalWorker} is what it builds.
 */
@NullMarked
package io.farref.node;

import org.jspecify.annotations.NullMarked;
