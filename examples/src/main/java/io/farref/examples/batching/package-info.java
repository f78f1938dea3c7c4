/** Single calls from everywhere, answered in batches. */
@NullMarked
package io.farref.examples.batching;

import org.jspecify.annotations.NullMarked;
