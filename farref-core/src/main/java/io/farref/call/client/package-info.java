/**
 * The calling side: a call is admitted, encoded and sent, its caller waits, and its reply is read.
 *
 * <p>Begin at {@link io.farref.call.client.ClientConnection}.
 */
@NullMarked
package io.farref.call.client;

import org.jspecify.annotations.NullMarked;
