package io.farref.facade;

import io.farref.call.Wrapped;
import org.jspecify.annotations.Nullable;

/**
 * A value behind an interface that only lets some calls through, and the call that it let through.
 *
 * @param call the call as one of a method of the interface; null if that has no such method, and
 *     whoever calls can do without
 * @param value the value, or what in its turn is behind an interface
 */
public record Admitted(@Nullable MethodCall call, @Nullable Object value) implements Wrapped {}
