package io.farref.facade;

import org.jspecify.annotations.Nullable;

/**
 * A value behind a restricted reference, and the call that the restriction admitted.
 *
 * @param call the call as one of a method of the interface; null if the interface has no such
 *     method and the call is optional
 * @param value the value, or another {@code Admitted} if several restrictions stand before it
 */
public record Admitted(@Nullable MethodCall call, @Nullable Object value) {}
