/** One request and its reply. */
@NullMarked
package io.farref.call;

import org.jspecify.annotations.NullMarked;
