/**
 * References as a program sees them: {@code RRef}, the handles that the garbage collector releases,
 * and the values behind them.
 *
 * <p>{@link io.farref.ref.References} connects them to calls. When a value may die is decided in
 * {@link io.farref.ref.lifetime}; what a restricted or revocable reference lets through, in {@link
 * io.farref.ref.guard}.
 */
@NullMarked
package io.farref.ref;

import org.jspecify.annotations.NullMarked;
