package io.farref.ref.lifetime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table whose user names values by their ids. Like the rest of a worker it keeps the entries that
 * the table gave, and calls the table with them; it counts the handles on each. Hands out, if
 * asked, entries on which no handle is left. Not thread-safe.
 */
final class TableById {
  /** A value that was asked for; holding and token travel in the call that creates it. */
  record Creation(RefEntry entry, long token) {
    ValueId id() {
      return entry.id();
    }

    /** 0 if the value lives where it was asked for. */
    long holding() {
      return entry instanceof UserEntry user ? user.holding() : 0;
    }

    @Override
    public String toString() {
      return "Creation[" + id() + ", holding " + holding() + "]"; // the same in each run of a seed
    }
  }

  /** The entry of the called value, and the claim of its caller. */
  record Use(OwnerEntry entry, ControlMessage.@Nullable Hold claim) {}

  final LifetimeTable table;
  private final Map<ValueId, List<RefEntry>> byId = new HashMap<>();
  private final List<RefEntry> all = new ArrayList<>();
  private final Map<RefEntry, Integer> handles = new HashMap<>();

  TableById(LifetimeTable table) {
    this.table = table;
  }

  private void took(RefEntry entry) {
    if (handles.merge(entry, 1, Integer::sum) > 1) {
      return;
    }
    List<RefEntry> held = held(entry.id()).stream().filter(each -> each != entry).toList();
    if (held.stream().anyMatch(each -> table.loss(each) == null)) {
      throw new Violation("two live entries of value " + entry.id());
    }
    byId.put(entry.id(), Stream.concat(held.stream(), Stream.of(entry)).toList());
    if (!all.contains(entry)) {
      all.add(entry);
    }
  }

  /** The entries of a value on which there are handles: all dead but the last, or there is none. */
  private List<RefEntry> held(ValueId id) {
    return byId.getOrDefault(id, List.of()).stream().filter(each -> count(each) > 0).toList();
  }

  private int count(RefEntry entry) {
    return handles.getOrDefault(entry, 0);
  }

  /**
   * The latest entry of a value on which there are handles, or were; null if there never was one.
   */
  @Nullable RefEntry entry(ValueId id) {
    List<RefEntry> held = held(id);
    List<RefEntry> had = byId.getOrDefault(id, List.of());
    return held.isEmpty() ? had.isEmpty() ? null : had.getLast() : held.getLast();
  }

  private RefEntry known(ValueId id) {
    RefEntry entry = entry(id);
    if (entry == null) {
      throw new IllegalArgumentException("never had a handle on value " + id);
    }
    return entry;
  }

  /** Any entry on which there were handles once and are none; null if the choice fell on others. */
  @Nullable RefEntry stale(SplittableRandom random) {
    RefEntry entry = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    return entry == null || count(entry) > 0 ? null : entry;
  }

  Creation create(int owner) {
    RefEntry entry = table.open(owner);
    took(entry);
    return new Creation(entry, table.token(entry));
  }

  void creationAborted(Creation creation) {
    table.creationAborted((UserEntry) creation.entry());
  }

  void creationTimedOut(ValueId id) {
    table.creationTimedOut((UserEntry) known(id));
  }

  boolean acquire(ValueId id) {
    RefEntry entry = known(id);
    boolean acquired = table.acquire(entry);
    if (acquired) {
      took(entry);
    }
    return acquired;
  }

  void release(ValueId id) {
    RefEntry entry = known(id);
    handles.computeIfPresent(entry, (_, n) -> n == 1 ? null : n - 1);
    table.release(entry);
  }

  long pass(ValueId id, int to) {
    return table.pass(known(id), to);
  }

  void passAborted(ValueId id, int to, long transfer) {
    table.passAborted(id, to, transfer);
  }

  @Nullable OwnerEntry created(ValueId id, long holding, long token) {
    OwnerEntry entry = table.created(id, holding, token);
    if (entry != null) {
      took(entry);
    }
    return entry;
  }

  @Nullable Use use(ValueId id, int from) {
    Use use = table.use(id, from, Use::new);
    if (use != null) {
      took(use.entry());
    }
    return use;
  }

  /** As {@link #use}, by a table that does not ask whether the caller is a holder. */
  boolean useUnchecked(ValueId id) {
    OwnerEntry entry = table.owned(id);
    if (entry == null || entry.loss() != null) {
      return false;
    }
    entry.addHandle();
    took(entry);
    return true;
  }

  /** A reference that is known to be forged is the caller's to release, by its entry. */
  RefEntry received(ValueId id, long token, int from, long transfer) {
    RefEntry entry = table.received(id, token, from, transfer);
    if (entry.loss() != LossReason.NOT_GIVEN) {
      took(entry);
    }
    return entry;
  }

  void onControl(int from, ControlMessage message) {
    table.onControl(from, message);
  }

  void workerLost(int worker) {
    table.workerLost(worker);
  }

  void shutdown() {
    table.shutdown();
  }

  boolean isConfirmed(ValueId id) {
    RefEntry entry = entry(id);
    return entry != null && table.isConfirmed(entry);
  }

  @Nullable LossReason loss(ValueId id) {
    RefEntry entry = entry(id);
    return entry == null ? null : table.loss(entry);
  }

  @Nullable OwnerEntry owned(ValueId id) {
    return table.owned(id);
  }

  Map<ValueId, Set<Integer>> owned() {
    return table.owned();
  }

  int ownedCount() {
    return table.ownedCount();
  }

  int heldCount() {
    return table.heldCount();
  }

  /** Whether the table has no entry of any kind. */
  boolean isEmpty() {
    return table.ownedCount() + table.heldCount() == 0;
  }
}
