package io.farref.group.store;

import io.farref.spi.Store.Snapshot;
import java.util.Arrays;
import java.util.Map;

/** Compares the states of a store. */
final class Snapshots {
  private Snapshots() {}

  /** Whether two snapshots of one prefix hold the same keys with the same values. */
  static boolean same(Snapshot one, Snapshot other) {
    if (one == other) {
      return true;
    }
    Map<String, byte[]> before = one.entries();
    Map<String, byte[]> after = other.entries();
    if (before.size() != after.size()) {
      return false;
    }
    for (var entry : after.entrySet()) {
      byte[] value = before.get(entry.getKey());
      if (value == null || !Arrays.equals(value, entry.getValue())) {
        return false;
      }
    }
    return true;
  }
}
