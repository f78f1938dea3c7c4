package io.farref.ref;

import io.farref.OwnedValue;
import io.farref.call.PeerLookup;
import io.farref.ref.guard.Guard;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import io.farref.ref.lifetime.ValueId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Describes the values of a worker and their holders, for people. */
record OwnedValues(LifetimeTable table, PeerLookup directory) {
  List<OwnedValue> oldestFirst() {
    return table.owned().entrySet().stream()
        .map(each -> aged(each.getKey(), each.getValue()))
        .sorted(Comparator.comparingLong(Aged::age))
        .map(Aged::value)
        .toList();
  }

  /** The age is read once: a value that is freed meanwhile must not confuse the sorting. */
  private record Aged(long age, OwnedValue value) {}

  private Aged aged(ValueId id, Set<Integer> holders) {
    OwnerEntry entry = table.owned(id);
    Object value = entry == null ? null : ValueSlot.of(entry).valueOrNull();
    return new Aged(
        entry == null ? Long.MAX_VALUE : ValueSlot.of(entry).age(),
        new OwnedValue(
            id.toString(),
            Guard.describe(value),
            holders.stream().sorted().map(directory::name).toList(),
            Optional.ofNullable(entry == null ? null : ValueSlot.of(entry).origin())));
  }
}
