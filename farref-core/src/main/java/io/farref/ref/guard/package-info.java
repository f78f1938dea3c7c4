/**
 * The place of a value at its owner, {@link io.farref.ref.guard.ValueSlot}, and the guards that may
 * stand in it instead of the value, for references that allow less: attenuation ({@code
 * RRef.restrict}) and revocation ({@code RRef.revocable}), the caretaker pattern of capability
 * systems.
 *
 * <p>The owner enforces both: a guard stands in the place of the value and decides, at each call,
 * which functions get through to it.
 */
@NullMarked
package io.farref.ref.guard;

import org.jspecify.annotations.NullMarked;
