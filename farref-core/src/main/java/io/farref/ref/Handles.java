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
 * The table of handles that are neither closed nor collected. As a task it releases the handles of
 * reference objects which the garbage collector found unreachable. Like {@link
 * java.lang.ref.Cleaner}, but its thread ends when the worker closes, and its lock is striped.
 * Thread-safe.
 */
final class Handles implements Runnable {
  private static final int SEGMENTS = 16; // a power of two

  private final ReferenceQueue<RemoteReference<?>> unreachable = new ReferenceQueue<>();
  private final Segment[] segments = new Segment[SEGMENTS];
  private final Consumer<Handle> release;

  /**
   * Makes an empty table.
   *
   * @param release gives a handle back to the lifetime table
   */
  Handles(Consumer<Handle> release) {
    this.release = release;
    Arrays.setAll(segments, _ -> new Segment());
  }

  /** A part of the handles, with its own lock. A handle knows its place, so no removal searches. */
  private static final class Segment {
    private static final int SMALLEST = 16;

    @GuardedBy("this")
    private @Nullable Handle[] places = new Handle[SMALLEST];

    @GuardedBy("this")
    private int size;

    /** How many handles are removed here, but not given back to the lifetime table yet. */
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

  /** Adopts one handle of the lifetime table, for a reference object. */
  Handle open(RemoteReference<?> reference, References references, RefEntry entry) {
    Handle handle = new Handle(reference, unreachable, references, entry);
    segment(entry).add(handle);
    return handle;
  }

  /** Gives a handle back to the lifetime table, once. */
  void release(Handle handle) {
    Segment segment = segment(handle.entry());
    if (segment.remove(handle)) {
      handle.clear();
      try {
        release.accept(handle);
      } finally {
        segment.left();
      }
    }
  }

  /** Gives all handles back. */
  void releaseAll() {
    List<Handle> all = new ArrayList<>();
    for (Segment segment : segments) {
      segment.copyTo(all);
    }
    all.forEach(this::release);
  }

  /** How many handles were not given back to the lifetime table. */
  int count() {
    return Arrays.stream(segments).mapToInt(Segment::size).sum();
  }

  private Segment segment(RefEntry entry) {
    return segments[entry.hash() & SEGMENTS - 1];
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
