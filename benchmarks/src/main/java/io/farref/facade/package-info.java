/** Benchmarks of classes that are not public in this package of farref-core. */
@NullMarked
package io.farref.facade;

import org.jspecify.annotations.NullMarked;
