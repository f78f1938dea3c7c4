package io.farref.ref;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One handle of this worker on a value: what {@code close()} closes and what outlives the reference
 * object, so that it can be given back when the garbage collector has found that. Thread-safe.
 */
final class Handle extends PhantomReference<RemoteReference<?>> {
  /** Where no shelf has its place: the handle was given back. */
  static final int RELEASED = -1;

  private final References references;
  private final Entry entry;
  private volatile int place; // on its shelf, whose lock guards it
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable StackTraceElement closedAt;

  /** Adopts one handle of the table. */
  Handle(
      RemoteReference<?> reference,
      ReferenceQueue<RemoteReference<?>> unreachable,
      References references,
      Entry entry) {
    super(reference, unreachable);
    this.references = references;
    this.entry = entry;
  }

  References references() {
    return references;
  }

  Entry entry() {
    return entry;
  }

  int place() {
    return place;
  }

  void place(int at) {
    place = at;
  }

  Optional<StackTraceElement> closedAt() {
    return Optional.ofNullable(closedAt);
  }

  boolean isClosed() {
    return place == RELEASED;
  }

  /** Gives the table's handle back, once. */
  void close() {
    if (!isClosed()) {
      Origins.here().ifPresent(site -> closedAt = site);
      references.handles().release(this);
    }
  }

  /** Why the value could not even be asked for; comes out of every use. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  void fail(RuntimeException cause) {
    failure = cause;
  }
}
