package io.farref.ref;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Releases handles that the garbage collector found unreachable. Like {@link
 * java.lang.ref.Cleaner}, but its thread ends when the worker does.
 */
final class Collector implements Runnable {
  private final ReferenceQueue<Handle> unreachable = new ReferenceQueue<>();
  private final Set<Token> open = ConcurrentHashMap.newKeySet();
  private final Consumer<ValueId> release;

  Collector(Consumer<ValueId> release) {
    this.release = release;
  }

  /** What outlives a handle and releases it, once. */
  final class Token extends PhantomReference<Handle> {
    private final ValueId id;
    private final AtomicBoolean released = new AtomicBoolean();

    Token(Handle handle, ValueId id) {
      super(handle, unreachable);
      this.id = id;
    }

    boolean isReleased() {
      return released.get();
    }

    void release() {
      if (released.compareAndSet(false, true)) {
        open.remove(this);
        clear();
        release.accept(id);
      }
    }
  }

  Token register(Handle handle, ValueId id) {
    Token token = new Token(handle, id);
    open.add(token);
    return token;
  }

  /** Handles that are neither closed nor collected. */
  Collection<Token> open() {
    return open;
  }

  /** Releases what the garbage collector finds, until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        collect(unreachable.remove());
      }
    } catch (InterruptedException e) {
      // The worker closes and releases all there is.
      Thread.currentThread().interrupt();
    }
  }

  private void collect(Reference<? extends Handle> found) {
    if (found instanceof Token token) {
      token.release();
    }
  }
}
