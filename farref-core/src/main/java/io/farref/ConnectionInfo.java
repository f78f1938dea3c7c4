package io.farref;

import java.util.Optional;

/**
 * A connection to another worker. The caller dials, so two workers that call each other have two.
 * Immutable.
 *
 * @param peer the name of the other worker
 * @param dialed whether this worker dialed, to call the other; else the other did
 * @param transport the scheme of the transport, such as {@code tcp} or {@code unix}
 * @param remoteAddress the address of the other worker, in the transport's own form
 * @param fallback why a faster transport of this machine is not used, if this worker tried one
 */
public record ConnectionInfo(
    String peer,
    boolean dialed,
    String transport,
    String remoteAddress,
    Optional<String> fallback) {}
