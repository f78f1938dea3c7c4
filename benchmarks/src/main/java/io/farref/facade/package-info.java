/** Benchmarks of what is not public in this package of farref-core. */
@NullMarked
package io.farref.facade;

import org.jspecify.annotations.NullMarked;
