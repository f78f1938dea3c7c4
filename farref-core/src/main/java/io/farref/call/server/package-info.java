/**
 * The called side: a call is received, authorized, run and replied to.
 *
 * <p>Begin at {@link io.farref.call.server.IncomingCall}, which runs one call.
 */
@NullMarked
package io.farref.call.server;

import org.jspecify.annotations.NullMarked;
