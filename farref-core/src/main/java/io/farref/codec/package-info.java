/** Values to bytes and back. */
@NullMarked
package io.farref.codec;

import org.jspecify.annotations.NullMarked;
