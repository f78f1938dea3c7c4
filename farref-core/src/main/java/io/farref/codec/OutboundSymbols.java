package io.farref.codec;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Limits;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The symbols that one side of a connection has defined: key to id, from 0 up. Thread-safe. */
public final class OutboundSymbols {
  private final ConcurrentMap<Object, Integer> ids = new ConcurrentHashMap<>();
  private final DefinitionSink sink;
  private final int max;

  @GuardedBy("this")
  private int next;

  /**
   * Makes an empty table.
   *
   * @param sink takes the definition of every new symbol
   * @param max how many there may be
   */
  public OutboundSymbols(DefinitionSink sink, int max) {
    this.sink = sink;
    this.max = max;
  }

  /**
   * The id of a key, defined first if it is new.
   *
   * @throws io.farref.RefusedException if there would be more than {@code max}
   */
  public int idOf(Object key, Supplier<byte[]> definition) {
    Integer known = ids.get(key);
    return known != null ? known : define(key, definition.get());
  }

  /** How many there are. */
  public int size() {
    return ids.size();
  }

  private synchronized int define(Object key, byte[] definition) {
    @Nullable Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    Limits.check("maxSymbols", next + 1L, max);
    int id = next;
    sink.define(id, definition);
    next = id + 1;
    ids.put(key, id);
    return id;
  }
}
