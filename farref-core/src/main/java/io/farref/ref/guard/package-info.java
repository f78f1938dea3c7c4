/**
 * The place of a value at its owner, {@link io.farref.ref.guard.ValueSlot}, and what may stand in
 * it instead of the value: guards, for references that give away less. They are attenuation ({@code
 * RRef.restrict}) and revocation ({@code RRef.revocable}), the caretaker pattern of capability
 * systems.
 *
 * <p>The owner enforces both: a guard stands in the place of the value and decides, at each call,
 * what gets through to it.
 */
@NullMarked
package io.farref.ref.guard;

import org.jspecify.annotations.NullMarked;
