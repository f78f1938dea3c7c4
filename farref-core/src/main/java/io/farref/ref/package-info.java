/**
 * The references of a program: {@code RRef}, the handles that the garbage collector releases, and
 * the values behind them.
 *
 * <p>{@link io.farref.ref.References} connects them to calls. {@link io.farref.ref.lifetime}
 * decides when a value may be freed, {@link io.farref.ref.guard} which calls a restricted or
 * revocable reference lets through.
 */
@NullMarked
package io.farref.ref;

import org.jspecify.annotations.NullMarked;
