package io.farref.ref;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One handle of this worker on a value: what {@code close()} closes and the garbage collector
 * finds. All views of a reference share it.
 */
final class Handle {
  private final ValueId id;
  private final Collector.Token token;
  private volatile Optional<StackTraceElement> closedAt = Optional.empty();
  private volatile @Nullable RuntimeException failure;

  /** Adopts one handle of the table. */
  Handle(ValueId id, Collector collector) {
    this.id = id;
    this.token = collector.register(this, id);
  }

  ValueId id() {
    return id;
  }

  Optional<StackTraceElement> closedAt() {
    return closedAt;
  }

  boolean isClosed() {
    return token.isReleased();
  }

  /** Gives the table's handle back, once. */
  void close() {
    if (!isClosed()) {
      closedAt = Origins.here();
      token.release();
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
