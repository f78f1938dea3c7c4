@NullMarked
package io.farref;

import org.jspecify.annotations.NullMarked;
