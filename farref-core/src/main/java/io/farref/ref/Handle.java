package io.farref.ref;

import io.farref.ref.lifetime.RefEntry;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One handle of this worker on a value. {@code close()} closes it. It outlives the reference
 * object, so that it can be given back after the garbage collector has found that object
 * unreachable. Thread-safe.
 */
final class Handle extends PhantomReference<RemoteReference<?>> {
  /** The place of a handle that was given back: in no segment. */
  static final int RELEASED = -1;

  private final References references;
  private final RefEntry entry;

  /** The place in its segment. Written under the lock of that segment only, read without it. */
  private volatile int place;

  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable StackTraceElement closedAt;

  /** Adopts one handle of the table. */
  Handle(
      RemoteReference<?> reference,
      ReferenceQueue<RemoteReference<?>> unreachable,
      References references,
      RefEntry entry) {
    super(reference, unreachable);
    this.references = references;
    this.entry = entry;
  }

  References references() {
    return references;
  }

  RefEntry entry() {
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

  /** Why the request for the value could not be sent; every use throws it. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  void fail(RuntimeException cause) {
    failure = cause;
  }
}
