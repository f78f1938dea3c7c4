package io.farref.call;

import io.farref.spi.Link;
import io.farref.wire.Intake;

/**
 * A link that has been opened, handshake included.
 *
 * @param silenceNanos how long the other side may say nothing before it is lost; 0 is for ever
 * @param intake how large a message the other side takes
 */
public record Opened(Link link, long silenceNanos, Intake intake) {}
