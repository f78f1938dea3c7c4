package io.farref.mux;

import io.farref.bytes.Output;
import org.jspecify.annotations.Nullable;

/** Encoding buffers, one for each thread, so that a small message allocates none. */
public final class ThreadBuffers {
  private static final int INITIAL = 512;
  private static final int KEPT = 64 << 10;
  private static final ThreadLocal<ThreadBuffers> OWN = ThreadLocal.withInitial(ThreadBuffers::new);

  private @Nullable Output free;

  private ThreadBuffers() {}

  /** Takes an empty output, until {@link #give}. */
  public static Output take() {
    ThreadBuffers own = OWN.get();
    Output taken = own.free;
    if (taken == null) {
      return new Output(INITIAL);
    }
    own.free = null; // encoding may run user code that encodes, too
    return taken;
  }

  /** Gives back an output that was taken. */
  public static void give(Output out) {
    if (out.array().length <= KEPT) {
      out.truncate(0);
      OWN.get().free = out;
    }
  }
}
