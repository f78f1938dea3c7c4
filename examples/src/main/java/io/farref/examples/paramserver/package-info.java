/** A parameter server with asynchronous pulls and pushes. */
@NullMarked
package io.farref.examples.paramserver;

import org.jspecify.annotations.NullMarked;
