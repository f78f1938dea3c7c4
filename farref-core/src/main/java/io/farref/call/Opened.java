package io.farref.call;

import io.farref.spi.Link;
import io.farref.wire.Terms;

/**
 * A link that has been opened, handshake included.
 *
 * @param silenceNanos how long the other side may say nothing before it is lost; 0 is for ever
 * @param theirs the terms of the other side
 */
public record Opened(Link link, long silenceNanos, Terms theirs) {}
