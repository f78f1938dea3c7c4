package io.farref;

import java.util.List;
import java.util.Optional;

/**
 * A value that lives on a worker, and the workers that hold it; a snapshot. Immutable.
 *
 * @param id its id in the group, as in log messages
 * @param type the name of its class; empty while it is being created
 * @param holders the names of the workers that hold it, the owner's too while it does
 * @param origin the line that made the first reference to it, if the system property {@code
 *     farref.trackOrigins} is {@code true} on the worker that made it
 * @see Worker#ownedValues
 */
public record OwnedValue(
    String id, String type, List<String> holders, Optional<StackTraceElement> origin) {}
