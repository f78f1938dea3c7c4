/** Growable output and bounded input: how numbers and strings lie in a message. */
@NullMarked
package io.farref.bytes;

import org.jspecify.annotations.NullMarked;
