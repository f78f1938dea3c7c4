package io.farref;

import java.util.List;

/**
 * The values that were still referenced when a worker closed gracefully, after every call had
 * ended.
 *
 * @param worker the name of the worker, their owner
 * @param values the values and their holders; never empty
 * @see Worker.Builder#onLeak
 */
public record LeakReport(String worker, List<OwnedValue> values) {}
