package io.farref.mux;

import io.farref.observe.Meters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the bytes that arrive on a connection. Written by the thread that reads the connection,
 * read by any thread.
 */
public final class ByteCounter {
  private static final VarHandle BYTES;

  static {
    try {
      BYTES = MethodHandles.lookup().findVarHandle(ByteCounter.class, "bytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Meters meters;

  @SuppressWarnings("unused") // by BYTES
  private long bytes;

  ByteCounter(Meters meters) {
    this.meters = meters;
  }

  void add(int count) {
    BYTES.setOpaque(this, (long) BYTES.getOpaque(this) + count);
    meters.bytesReceived.add(count);
  }

  public long total() {
    return (long) BYTES.getOpaque(this);
  }
}
