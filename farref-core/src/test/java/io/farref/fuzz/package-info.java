/** Fuzzing: what each target needs, and what runs them. */
@NullMarked
package io.farref.fuzz;

import org.jspecify.annotations.NullMarked;
