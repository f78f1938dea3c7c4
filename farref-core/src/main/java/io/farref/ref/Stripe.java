package io.farref.ref;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A part of the table, and the lock of its entries: every method needs it held. */
final class Stripe {
  private final Map<ValueId, Entry> entries = new HashMap<>();
  private int owned;

  @Nullable Entry get(ValueId id) {
    return entries.get(id);
  }

  void add(Entry entry) {
    entries.put(entry.id(), entry);
    owned += entry instanceof OwnerEntry ? 1 : 0;
  }

  void removeIfEnded(ValueId id) {
    Entry entry = entries.get(id);
    if (entry != null && entry.ended()) {
      entries.remove(id);
      owned -= entry instanceof OwnerEntry ? 1 : 0;
    }
  }

  /** Takes a step with every entry; removes those that it ended. */
  void forEach(Consumer<Entry> step) {
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      step.accept(entry);
      if (entry.ended()) {
        all.remove();
        owned -= entry instanceof OwnerEntry ? 1 : 0;
      }
    }
  }

  void clear() {
    entries.clear();
    owned = 0;
  }

  /** How many values of other workers are here. */
  int held() {
    return entries.size() - owned;
  }

  /** How many values of this worker are here. */
  int owned() {
    return owned;
  }
}
