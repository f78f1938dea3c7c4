/**
 * The vocabulary of a group: its members, their names, and the request of a worker that joins.
 *
 * <p>{@link io.farref.group.store} has the rendezvous stores, {@link io.farref.group.membership}
 * the protocol by which workers agree there on the members.
 */
@NullMarked
package io.farref.group;

import org.jspecify.annotations.NullMarked;
