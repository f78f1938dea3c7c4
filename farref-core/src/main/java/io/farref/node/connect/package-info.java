/**
 * The connections of a worker: listening, dialing, the choice of a route to a peer, and sessions
 * that replace a broken link.
 *
 * <p>{@link io.farref.node.connect.Connections} is the table of connections; {@link
 * io.farref.node.connect.Reconnector} dials again when a link breaks.
 */
@NullMarked
package io.farref.node.connect;

import org.jspecify.annotations.NullMarked;
