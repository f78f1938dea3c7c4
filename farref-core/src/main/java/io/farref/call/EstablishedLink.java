package io.farref.call;

import io.farref.spi.Link;
import io.farref.wire.ConnectionSettings;

/**
 * A link whose handshake is done.
 *
 * @param silenceNanos how long the other side may be silent before it is declared dead; 0: for ever
 * @param theirs the connection settings of the other side
 */
public record EstablishedLink(Link link, long silenceNanos, ConnectionSettings theirs) {}
