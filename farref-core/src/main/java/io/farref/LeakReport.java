package io.farref;

import java.util.List;

/**
 * What was still referenced when a worker closed gracefully: every call had ended, and somebody
 * still held these values.
 *
 * @param worker the owner's name
 * @param values what is still held, by whom; never empty
 */
public record LeakReport(String worker, List<OwnedValue> values) {}
