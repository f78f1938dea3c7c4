package io.farref.ref;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.ref.lifetime.RefEntry;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handles that are neither closed nor collected; also the task that releases the handles of
 * reference objects which the garbage collector found unreachable. Like {@link
 * java.lang.ref.Cleaner}, but its thread ends when the worker closes, and its lock is striped.
 * Thread-safe.
 */
final class Handles implements Runnable {
  private static final int SHELVES = 16; // a power of two

  private final ReferenceQueue<RemoteReference<?>> unreachable = new ReferenceQueue<>();
  private final Shelf[] shelves = new Shelf[SHELVES];
  private final Consumer<Handle> release;

  /**
   * Makes an empty one.
   *
   * @param release gives a handle back to the table
   */
  Handles(Consumer<Handle> release) {
    this.release = release;
    Arrays.setAll(shelves, _ -> new Shelf());
  }

  /** Some of the handles. A handle knows its place, so its removal needs no search. */
  private static final class Shelf {
    private static final int SMALLEST = 16;

    @GuardedBy("this")
    private @Nullable Handle[] places = new Handle[SMALLEST];

    @GuardedBy("this")
    private int size;

    /** How many are removed, but not given back to the table yet. */
    @GuardedBy("this")
    private int leaving;

    synchronized void add(Handle handle) {
      if (size == places.length) {
        places = Arrays.copyOf(places, size + (size >> 1));
      }
      handle.place(size);
      places[size++] = handle;
    }

    synchronized boolean remove(Handle handle) {
      int at = handle.place();
      if (at == Handle.RELEASED) {
        return false;
      }
      handle.place(Handle.RELEASED);
      leaving++;
      Handle last = places[--size];
      places[size] = null;
      if (last != null && last != handle) {
        last.place(at);
        places[at] = last;
      }
      if (size < places.length >> 2 && size >= SMALLEST) {
        places = Arrays.copyOf(places, places.length >> 1);
      }
      return true;
    }

    synchronized void left() {
      leaving--;
    }

    synchronized int size() {
      return size + leaving;
    }

    synchronized void copyTo(List<Handle> all) {
      for (Handle handle : places) {
        if (handle != null) {
          all.add(handle);
        }
      }
    }
  }

  /** Adopts one handle of the table, for a reference object. */
  Handle open(RemoteReference<?> reference, References references, RefEntry entry) {
    Handle handle = new Handle(reference, unreachable, references, entry);
    shelf(entry).add(handle);
    return handle;
  }

  /** Gives a handle back to the table, once. */
  void release(Handle handle) {
    Shelf shelf = shelf(handle.entry());
    if (shelf.remove(handle)) {
      handle.clear();
      try {
        release.accept(handle);
      } finally {
        shelf.left();
      }
    }
  }

  /** Gives all handles back. */
  void releaseAll() {
    List<Handle> all = new ArrayList<>();
    for (Shelf shelf : shelves) {
      shelf.copyTo(all);
    }
    all.forEach(this::release);
  }

  /** How many handles were not given back to the table. */
  int count() {
    return Arrays.stream(shelves).mapToInt(Shelf::size).sum();
  }

  private Shelf shelf(RefEntry entry) {
    return shelves[entry.hash() & SHELVES - 1];
  }

  /** Releases the handles of unreachable reference objects, until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        if (unreachable.remove() instanceof Handle handle) {
          release(handle);
        }
      }
    } catch (InterruptedException e) {
      // The worker closes and releases all handles.
      Thread.currentThread().interrupt();
    }
  }
}
