/**
 * Calls by name: a Java interface in front of a reference, and the look-up of the called method on
 * the owner.
 *
 * <p>{@link io.farref.facade.Facades} is the entry point. On the caller a facade turns a Java call
 * into a {@link io.farref.facade.MethodCall}, which travels like any shipped function; on the owner
 * the call finds its method in the value class' {@code MethodTable}.
 */
@NullMarked
package io.farref.facade;

import org.jspecify.annotations.NullMarked;
