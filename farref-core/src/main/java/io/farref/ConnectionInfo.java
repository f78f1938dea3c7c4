package io.farref;

import java.util.Optional;

/**
 * A connection to another worker. Each of two workers dials to call the other, so there may be two.
 *
 * @param peer the name of the other worker
 * @param dialed whether this worker dialed; otherwise the other did
 * @param transport the scheme of the transport, such as {@code tcp} or {@code unix}
 * @param remoteAddress where the other worker is, as the transport says it
 * @param fallback why it is not a faster transport of this machine, where this worker tried one
 */
public record ConnectionInfo(
    String peer,
    boolean dialed,
    String transport,
    String remoteAddress,
    Optional<String> fallback) {}
