package io.farref.call;

import io.farref.observe.Meters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the bytes that arrive on a connection. Written by the thread that reads the connection,
 * read by any thread.
 */
final class Arrivals {
  private static final VarHandle BYTES;

  static {
    try {
      BYTES = MethodHandles.lookup().findVarHandle(Arrivals.class, "bytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Meters meters;

  @SuppressWarnings("unused") // by BYTES
  private long bytes;

  Arrivals(Meters meters) {
    this.meters = meters;
  }

  void add(int count) {
    BYTES.setOpaque(this, (long) BYTES.getOpaque(this) + count);
    meters.bytesReceived.add(count);
  }

  long total() {
    return (long) BYTES.getOpaque(this);
  }
}
