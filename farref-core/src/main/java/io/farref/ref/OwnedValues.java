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

/** The list of a worker's values for {@code Worker.ownedValues()}. */
final class OwnedValues {
  /** The age is read once: a value that is freed meanwhile must not confuse the sorting. */
  private record Aged(long age, OwnedValue value) {}

  private OwnedValues() {}

  /**
   * The values of a table with their holders, oldest first; without one that is freed meanwhile.
   */
  static List<OwnedValue> of(LifetimeTable table, PeerLookup directory) {
    return table.owned().entrySet().stream()
        .flatMap(each -> aged(table, directory, each.getKey(), each.getValue()).stream())
        .sorted(Comparator.comparingLong(Aged::age))
        .map(Aged::value)
        .toList();
  }

  private static Optional<Aged> aged(
      LifetimeTable table, PeerLookup directory, ValueId id, Set<Integer> holders) {
    OwnerEntry entry = table.owned(id);
    if (entry == null) {
      return Optional.empty();
    }
    ValueSlot slot = ValueSlot.of(entry);
    return Optional.of(
        new Aged(
            slot.age(),
            new OwnedValue(
                id.toString(),
                Guard.describe(slot.valueOrNull()),
                holders.stream().sorted().map(directory::name).toList(),
                Optional.ofNullable(slot.origin()))));
  }
}
