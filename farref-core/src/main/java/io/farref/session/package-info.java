/**
 * A stream of bytes that outlives the connections which carry it: what was sent is kept until the
 * other side has it, and what is missing after a break is sent again over the next connection. The
 * idea is that of the reliable streams under Eternal Terminal and of QUIC's connection migration.
 */
@NullMarked
package io.farref.session;

import org.jspecify.annotations.NullMarked;
