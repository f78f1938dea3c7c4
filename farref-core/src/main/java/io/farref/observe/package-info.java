/** What happened and what is happening. */
@NullMarked
package io.farref.observe;

import org.jspecify.annotations.NullMarked;
