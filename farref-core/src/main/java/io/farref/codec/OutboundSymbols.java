package io.farref.codec;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.RpcException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The symbols that one side of a connection has defined: key to id, from 0 up. Thread-safe. */
public final class OutboundSymbols {
  /** What the definitions of a connection may have on average. */
  private static final long BYTES_EACH = 1 << 10;

  /** What they may have together in any case: a definition can be long. */
  private static final long LEAST_BYTES = 1 << 20;

  private final ConcurrentMap<Object, Integer> ids = new ConcurrentHashMap<>();
  private final DefinitionSink sink;
  private final int max;

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private long bytes;

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
   * @throws io.farref.RefusedException if there would be more than {@code max}, or if they were too
   *     large together
   */
  public int idOf(Object key, Supplier<byte[]> definition) {
    Integer known = ids.get(key);
    return known != null ? known : define(key, definition.get());
  }

  /**
   * Checks the size of all definitions of a connection, which both sides keep.
   *
   * @param max how many there may be
   */
  static void checkBytes(long bytes, int max) {
    long most = Math.max(LEAST_BYTES, max * BYTES_EACH);
    if (bytes > most) {
      throw new RefusedException(
          "limit maxSymbols is "
              + max
              + ", so the definitions of one connection may have "
              + most
              + " bytes, but got "
              + bytes,
          RpcException.Execution.NOT_EXECUTED);
    }
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
    checkBytes(bytes + definition.length, max);
    int id = next;
    sink.define(id, definition);
    next = id + 1;
    bytes += definition.length;
    ids.put(key, id);
    return id;
  }
}
