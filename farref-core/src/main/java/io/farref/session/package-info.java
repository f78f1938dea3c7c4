/**
 * A stream of bytes that outlives the connections which carry it: the bytes that were sent are kept
 * until the other side has them, and those that are missing after a break are sent again over the
 * next connection. The idea is that of the reliable streams under Eternal Terminal and of QUIC's
 * connection migration.
 */
@NullMarked
package io.farref.session;

import org.jspecify.annotations.NullMarked;
