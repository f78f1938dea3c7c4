package io.farref.call;

import io.farref.bytes.Output;
import org.jspecify.annotations.Nullable;

/** One buffer for each thread to encode into, so that a small message allocates none. */
final class Buffers {
  private static final int INITIAL = 512;
  private static final int KEPT = 64 << 10;
  private static final ThreadLocal<Buffers> OWN = ThreadLocal.withInitial(Buffers::new);

  private @Nullable Output free;

  private Buffers() {}

  /** Takes an empty output, until {@link #give}. */
  static Output take() {
    Buffers own = OWN.get();
    Output taken = own.free;
    if (taken == null) {
      return new Output(INITIAL);
    }
    own.free = null; // encoding may run user code that encodes, too
    return taken;
  }

  /** Gives back an output that was taken. */
  static void give(Output out) {
    if (out.array().length <= KEPT) {
      out.truncate(0);
      OWN.get().free = out;
    }
  }
}
