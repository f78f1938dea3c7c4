/**
 * The slot of a value at its owner, {@link io.farref.ref.guard.ValueSlot}, and guards: objects in
 * such a slot through which a reference gives less access to a value. They implement attenuation
 * ({@code RRef.restrict}) and revocation ({@code RRef.revocable}), the caretaker pattern of
 * capability systems.
 *
 * <p>The owner enforces both: the guard decides at each call whether the call gets through to the
 * value.
 */
@NullMarked
package io.farref.ref.guard;

import org.jspecify.annotations.NullMarked;
