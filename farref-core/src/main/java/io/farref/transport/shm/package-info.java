/**
 * Shared memory, for workers of one user on one machine whose JVMs have native access.
 *
 * <p>{@link io.farref.transport.shm.ShmTransport} is the transport: a ring of bytes in each
 * direction, waited on first by spinning and then with a futex. {@code docs/shared-memory.md} is
 * the design.
 */
@NullMarked
package io.farref.transport.shm;

import org.jspecify.annotations.NullMarked;
