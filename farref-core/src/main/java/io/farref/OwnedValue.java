package io.farref;

import java.util.List;
import java.util.Optional;

/**
 * A value that lives on a worker, and who holds it.
 *
 * @param id its identity in the group, as it stands in logs
 * @param type the name of its class; empty while it is being created
 * @param holders the names of the workers that hold it, the owner included while it does
 * @param origin where the first reference to it was made, if the system property {@code
 *     farref.trackOrigins} is {@code true} on the worker that made it
 */
public record OwnedValue(
    String id, String type, List<String> holders, Optional<StackTraceElement> origin) {}
