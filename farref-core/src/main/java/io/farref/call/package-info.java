/**
 * Calls and their replies: connections, the threads that read them, and the calls that wait.
 *
 * <p>A {@link io.farref.call.ClientConnection} sends calls and reads replies, a {@link
 * io.farref.call.ServerConnection} the reverse; both are a {@link io.farref.call.Connection}.
 * Threads and locks are described in {@code docs/concurrency.md}.
 */
@NullMarked
package io.farref.call;

import org.jspecify.annotations.NullMarked;
