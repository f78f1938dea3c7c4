/** Counters, and what other processes can see of this one: its identity and its locks. */
@NullMarked
package io.farref.observe;

import org.jspecify.annotations.NullMarked;
