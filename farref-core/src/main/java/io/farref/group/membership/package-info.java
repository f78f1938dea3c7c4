/**
 * Joining a group, and noticing who joins and leaves.
 *
 * <p>{@link io.farref.group.membership.Membership} joins a group in a store. {@link
 * io.farref.group.membership.JoinProtocol} decides what a joiner does next and is a pure function
 * of the store's contents; everything else carries out its decisions.
 */
@NullMarked
package io.farref.group.membership;

import org.jspecify.annotations.NullMarked;
