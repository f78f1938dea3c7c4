/**
 * The group's vocabulary: its members, and what a worker asks for when it joins.
 *
 * <p>{@link io.farref.group.store} is where workers meet, {@link io.farref.group.membership} how
 * they agree there on who is a member.
 */
@NullMarked
package io.farref.group;

import org.jspecify.annotations.NullMarked;
