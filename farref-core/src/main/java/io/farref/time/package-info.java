/** Durations and deadlines in nanoseconds, and the one format in which messages show them. */
@NullMarked
package io.farref.time;

import org.jspecify.annotations.NullMarked;
