/**
 * Values to bytes and back: one walk over an object graph, one identity table, one check of allowed
 * classes. {@link io.farref.codec.Codec} is the way in; {@link io.farref.codec.Tags} is the format.
 */
@NullMarked
package io.farref.codec;

import org.jspecify.annotations.NullMarked;
