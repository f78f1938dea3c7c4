package io.farref.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for an object that cannot be made yet, because it is made from its contents and these are
 * part of a cycle. A reader that gets one registers an action for the object.
 */
final class ForwardReference {
  private final ObjectTable table;
  private @Nullable Object value;
  private boolean abandoned;
  private List<Consumer<? super Object>> waiting = new ArrayList<>(2);

  ForwardReference(ObjectTable table) {
    this.table = table;
  }

  /** The object, once it has been made. */
  @Nullable Object value() {
    return value;
  }

  /** Runs the action with the object as soon as it has been made. */
  void then(Consumer<? super Object> action) {
    Object now = value;
    if (now != null) {
      action.accept(now);
    } else {
      waiting.add(action);
    }
  }

  /** The object is not needed any more; returns whether it has not been made yet. */
  boolean abandon() {
    abandoned = true;
    return value == null;
  }

  /** Gives the object to all actions that wait; returns whether it was still needed. */
  boolean resolve(Object object) {
    value = object;
    List<Consumer<? super Object>> actions = waiting;
    waiting = List.of();
    for (Consumer<? super Object> action : actions) {
      table.later(() -> action.accept(object));
    }
    return !abandoned;
  }
}
