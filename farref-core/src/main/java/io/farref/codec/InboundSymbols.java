package io.farref.codec;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Limits;
import io.farref.bytes.MalformedException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The symbols that the other side of a connection has defined. Thread-safe. */
public final class InboundSymbols {
  private final int max;
  private volatile Entry[] entries = new Entry[16];
  private volatile int size;

  @GuardedBy("this")
  private long bytes;

  /**
   * Makes an empty table.
   *
   * @param max how many there may be
   */
  public InboundSymbols(int max) {
    this.max = max;
  }

  /**
   * Takes a definition; the bytes belong to this table from now on.
   *
   * @throws io.farref.RefusedException if there would be more than {@code max}, or if they were too
   *     large together
   * @throws MalformedException if {@code id} is not the next one
   */
  public synchronized void define(int id, byte[] definition) {
    Limits.check("maxSymbols", size + 1L, max);
    OutboundSymbols.checkBytes(bytes + definition.length, max);
    if (id != size) {
      throw new MalformedException("symbol " + id + " defined where " + size + " is next");
    }
    if (id == entries.length) {
      entries = Arrays.copyOf(entries, id * 2);
    }
    entries[id] = new Entry(definition);
    size = id + 1;
    bytes += definition.length;
  }

  /**
   * The meaning of a symbol: always the same object, once a resolver has returned. Two threads may
   * resolve at once; one result wins.
   *
   * @throws MalformedException if no such symbol was defined
   */
  @SuppressWarnings("unchecked") // all users of one connection's symbols agree on the type
  public <T> T resolve(int id, Function<byte[], T> resolver) {
    if (id < 0 || id >= size) {
      throw new MalformedException(
          "symbol " + Integer.toUnsignedString(id) + " was not defined; there are " + size);
    }
    return (T) entries[id].resolve(resolver);
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Holds the definition until it is resolved. */
  private static final class Entry extends AtomicReference<Object> {
    private static final long serialVersionUID = 1L;

    Entry(byte[] definition) {
      super(new Unresolved(definition));
    }

    Object resolve(Function<byte[], ?> resolver) {
      Object now = get();
      if (!(now instanceof Unresolved unresolved)) {
        return now;
      }
      Object resolved = resolver.apply(unresolved.definition);
      return compareAndSet(unresolved, resolved) ? resolved : get();
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Unresolved(byte[] definition) {}
}
