/**
 * Calls, each one request and its reply: the parts of a connection that caller and callee share.
 *
 * <p>{@link io.farref.call.client} sends calls and reads replies, {@link io.farref.call.server}
 * receives calls and replies to them; the connections of both are a {@link
 * io.farref.call.Connection}. Threads and locks are described in {@code docs/concurrency.md}.
 */
@NullMarked
package io.farref.call;

import org.jspecify.annotations.NullMarked;
