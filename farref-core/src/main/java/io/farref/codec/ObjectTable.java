package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a message that is being read, by number, and the actions that wait for cycles to
 * close.
 *
 * <p>A number is <i>complete</i> when its object and everything it reaches are. An object inside a
 * cycle is complete when the outermost object of the cycle is; which one that is, is found as in
 * Tarjan's algorithm for strongly connected components: {@code low} is the smallest incomplete
 * number that the object being read has pointed back at. An object that needs its elements
 * complete, such as a hash table, waits for that; nothing else does.
 */
final class ObjectTable {
  private static final int COMPLETE = Integer.MAX_VALUE;
  private static final @Nullable Object[] NOTHING = {};
  private static final int[] NO_NUMBERS = {};

  private @Nullable Object[] objects = NOTHING;
  private int[] lows = NO_NUMBERS;
  private int size;
  private int low = COMPLETE;
  private boolean anyPending;
  private int unresolved;
  private @Nullable List<Deferred> deferred;
  private @Nullable ArrayDeque<Runnable> queue;

  /** The action to run when the elements are complete. */
  private static final class Deferred {
    private final @Nullable Object[] elements;
    private final Consumer<@Nullable Object[]> action;

    Deferred(@Nullable Object[] elements, Consumer<@Nullable Object[]> action) {
      this.elements = elements;
      this.action = action;
    }
  }

  /** A state to restore when part of a message cannot be used. */
  record Mark(int size, int low, int deferred) {}

  /** The next number. */
  int size() {
    return size;
  }

  /** Begins an object and returns its number. */
  int begin() {
    int id = size;
    if (id == objects.length) {
      int length = Math.max(4, id * 2);
      objects = Arrays.copyOf(objects, length);
      lows = Arrays.copyOf(lows, length);
    }
    lows[id] = id;
    size = id + 1;
    return id;
  }

  /** The smallest incomplete number pointed at so far; from here on for the object just begun. */
  int enter() {
    int outer = low;
    low = COMPLETE;
    return outer;
  }

  /** How many actions wait. */
  int deferredCount() {
    return deferred == null ? 0 : deferred.size();
  }

  /** Ends an object without contents. */
  void completeLeaf(int id) {
    lows[id] = COMPLETE;
  }

  /** Registers an object before its contents are read. */
  void register(int id, Object object) {
    if (objects[id] instanceof ForwardReference pending) {
      settle(pending, object);
    }
    objects[id] = object;
  }

  /**
   * Ends an object.
   *
   * @param outerLow the result of {@link #enter}
   * @param waiting the result of {@link #deferredCount} at that time
   */
  void end(int id, Object object, int outerLow, int waiting) {
    if (!(object instanceof ForwardReference)) {
      register(id, object);
    }
    if (low >= id) {
      lows[id] = COMPLETE;
      if (deferredCount() > waiting) {
        runDeferred(waiting);
      }
      low = outerLow;
    } else {
      lows[id] = low;
      low = Math.min(low, outerLow);
    }
  }

  /** The object with this number, or a {@link ForwardReference} while it is not made yet. */
  Object get(int id) {
    if (id < 0 || id >= size) {
      throw new MalformedException(
          "object " + Integer.toUnsignedString(id) + " was not sent; there are " + size);
    }
    low = Math.min(low, openAncestor(id));
    Object object = objects[id];
    if (object == null) {
      object = pending(id);
    }
    return object;
  }

  /** What stands for an object that was pointed at and is not made yet; null if none does. */
  @Nullable ForwardReference forward(int id) {
    return objects[id] instanceof ForwardReference pending ? pending : null;
  }

  /** An object that is made from its parts: now, or when the missing ones have been made. */
  Object build(
      int id,
      @Nullable Object[] parts,
      boolean complete,
      Function<@Nullable Object[], Object> how) {
    boolean missing = anyPending && hasPending(parts);
    if (!missing && (!complete || low >= id)) {
      return how.apply(parts);
    }
    ForwardReference result = objects[id] instanceof ForwardReference known ? known : pending(id);
    if (complete) {
      defer(new Deferred(parts, ready -> provide(id, result, how.apply(ready))));
    } else {
      new Assembly(parts, ready -> provide(id, result, how.apply(ready))).start();
    }
    return result;
  }

  /**
   * Fills an object that exists: now, or when the parts that it needs have been made.
   *
   * @param complete whether the elements must be complete, not only made
   */
  void fill(int id, @Nullable Object[] parts, boolean complete, Consumer<@Nullable Object[]> how) {
    if ((!anyPending || !hasPending(parts)) && (!complete || low >= id)) {
      how.accept(parts);
    } else {
      defer(new Deferred(parts, how));
    }
  }

  /** Checks at the end that no action still waits. */
  void finish() {
    if (unresolved > 0 || deferredCount() > 0) {
      throw new MalformedException("objects that are made from themselves");
    }
  }

  /** Remembers this state. */
  Mark mark() {
    return new Mark(size, low, deferredCount());
  }

  /** Restores a state; the numbers given since stay in use, and mean nothing. */
  void reset(Mark mark, int newSize) {
    while (size < newSize) {
      begin();
    }
    for (int id = mark.size; id < size; id++) {
      if (objects[id] instanceof ForwardReference pending && pending.abandon()) {
        unresolved--;
      }
      objects[id] = null;
    }
    Arrays.fill(lows, mark.size, size, COMPLETE);
    low = mark.low;
    if (deferred != null && deferred.size() > mark.deferred) {
      deferred.subList(mark.deferred, deferred.size()).clear();
    }
  }

  /** Runs an action when those before it are done, without growing the stack. */
  void later(Runnable action) {
    if (queue != null) {
      queue.add(action);
      return;
    }
    ArrayDeque<Runnable> todo = new ArrayDeque<>();
    queue = todo;
    try {
      for (Runnable next = action; next != null; next = todo.poll()) {
        next.run();
      }
    } finally {
      queue = null;
    }
  }

  private void defer(Deferred action) {
    if (deferred == null) {
      deferred = new ArrayList<>();
    }
    deferred.add(action);
  }

  private ForwardReference pending(int id) {
    ForwardReference pending = new ForwardReference(this);
    objects[id] = pending;
    anyPending = true;
    unresolved++;
    return pending;
  }

  private void provide(int id, ForwardReference pending, Object object) {
    objects[id] = object;
    settle(pending, object);
  }

  private void settle(ForwardReference pending, Object object) {
    if (pending.resolve(object)) {
      unresolved--;
    }
  }

  /** The smallest incomplete number that this one is in a cycle with; {@code COMPLETE} if none. */
  private int openAncestor(int id) {
    int at = id;
    while (lows[at] != COMPLETE && lows[at] != at) {
      at = lows[at];
    }
    int answer = lows[at] == COMPLETE ? COMPLETE : at;
    lows[id] = answer;
    return answer;
  }

  private void runDeferred(int from) {
    if (deferred == null) {
      return;
    }
    List<Deferred> tail = deferred.subList(from, deferred.size());
    List<Deferred> todo = new ArrayList<>(tail);
    tail.clear();
    while (!todo.isEmpty()) {
      List<Deferred> again = new ArrayList<>();
      for (Deferred next : todo) {
        if (replacePending(next.elements)) {
          next.action.accept(next.elements);
        } else {
          again.add(next);
        }
      }
      if (again.size() == todo.size()) {
        throw new MalformedException("objects that are made from themselves");
      }
      todo = again;
    }
  }

  private static boolean hasPending(@Nullable Object[] parts) {
    for (Object part : parts) {
      if (part instanceof ForwardReference) {
        return true;
      }
    }
    return false;
  }

  private static boolean replacePending(@Nullable Object[] parts) {
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] instanceof ForwardReference pending) {
        Object value = pending.value();
        if (value == null) {
          return false;
        }
        parts[i] = value;
      }
    }
    return true;
  }

  /** Counts down the parts that are missing. */
  private static final class Assembly {
    private final @Nullable Object[] parts;
    private final Consumer<@Nullable Object[]> whenReady;
    private int missing = 1;

    Assembly(@Nullable Object[] parts, Consumer<@Nullable Object[]> whenReady) {
      this.parts = parts;
      this.whenReady = whenReady;
    }

    void start() {
      for (int i = 0; i < parts.length; i++) {
        if (parts[i] instanceof ForwardReference pending) {
          int at = i;
          missing++;
          pending.then(
              value -> {
                parts[at] = value;
                arrived();
              });
        }
      }
      arrived();
    }

    private void arrived() {
      if (--missing == 0) {
        whenReady.accept(parts);
      }
    }
  }
}
