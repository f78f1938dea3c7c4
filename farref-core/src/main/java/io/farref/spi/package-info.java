/**
 * What others can plug in: a way to reach other workers ({@link io.farref.spi.Transport}), a
 * rendezvous store ({@link io.farref.spi.StoreProvider}), and an encoding for a type of their own
 * ({@link io.farref.spi.ValueCodec}).
 */
@NullMarked
package io.farref.spi;

import org.jspecify.annotations.NullMarked;
