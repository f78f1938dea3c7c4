/**
 * The slots of values, and references that give away less: attenuation ({@code RRef.restrict}) and
 * revocation ({@code RRef.revocable}), the caretaker pattern of capability systems.
 *
 * <p>The owner enforces both: a guard is in a slot in front of the value and decides, at each call,
 * what gets through to it.
 */
@NullMarked
package io.farref.ref.guard;

import org.jspecify.annotations.NullMarked;
