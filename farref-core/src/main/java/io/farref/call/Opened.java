package io.farref.call;

import io.farref.spi.Link;
import io.farref.wire.Terms;

/**
 * A link whose handshake is done.
 *
 * @param silenceNanos how long the other side may be silent before it is declared dead; 0: for ever
 * @param theirs the connection settings of the other side
 */
public record Opened(Link link, long silenceNanos, Terms theirs) {}
