package io.farref.bytes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What to do, and what to say, when memory runs out in this JVM. */
public final class MemoryShortage {
  private static final int MOST_CAUSES = 10;
  private static final int MOST_ATTEMPTS = 500;
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private MemoryShortage() {}

  /** The error that says that memory ran out, if that is why something failed. */
  public static @Nullable OutOfMemoryError in(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; i < MOST_CAUSES && each != null; i++) {
      if (each instanceof OutOfMemoryError found) {
        return found;
      }
      each = each.getCause();
    }
    return null;
  }

  /** Says that a message does not fit, into what, and what helps. */
  public static String describe(String worker, long messageBytes, OutOfMemoryError error) {
    return "the "
        + messageBytes
        + " bytes of the message and what is made of them do not fit into the memory of worker "
        + worker
        + " ("
        + error.getMessage()
        + "): its heap is limited to "
        + Runtime.getRuntime().maxMemory()
        + " bytes by -Xmx, its direct memory by -XX:MaxDirectMemorySize. Send less in one message,"
        + " or raise that limit";
  }

  /**
   * Waits a moment, because the memory is perhaps only taken by a message that is too large and
   * about to fail.
   *
   * @param attempt how often the caller has tried before
   * @throws OutOfMemoryError the given one, after too many attempts
   */
  public static void await(OutOfMemoryError error, int attempt) {
    if (attempt >= MOST_ATTEMPTS) {
      throw error;
    }
    LockSupport.parkNanos(PAUSE);
  }
}
