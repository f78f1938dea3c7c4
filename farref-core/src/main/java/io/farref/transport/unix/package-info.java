/**
 * Unix domain sockets, for workers of one user on one machine.
 *
 * <p>{@link io.farref.transport.unix.UnixTransport} is the transport. The address is the path of a
 * socket file, which {@link io.farref.transport.unix.SocketPathLock} keeps for its process.
 */
@NullMarked
package io.farref.transport.unix;

import org.jspecify.annotations.NullMarked;
