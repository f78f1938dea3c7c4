/**
 * One request and its reply: connections, the threads that read them, and what waits for an answer.
 *
 * <p>A {@link io.farref.call.ClientConnection} sends calls and reads replies, a {@link
 * io.farref.call.ServerConnection} the reverse; both are a {@link io.farref.call.Connection}.
 * Threads and locks are described in {@code docs/concurrency.md}.
 */
@NullMarked
package io.farref.call;

import org.jspecify.annotations.NullMarked;
