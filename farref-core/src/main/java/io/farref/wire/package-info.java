/** The bytes of messages: frames, the heads of calls and replies, the handshake. */
@NullMarked
package io.farref.wire;

import org.jspecify.annotations.NullMarked;
