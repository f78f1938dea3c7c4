/** A ring of references over all workers. */
@NullMarked
package io.farref.examples.ring;

import org.jspecify.annotations.NullMarked;
