package io.farref.call;

import io.farref.bytes.Output;
import org.jspecify.annotations.Nullable;

/** One output per thread to encode into, so that a small message allocates none. */
final class Buffers {
  private static final int INITIAL = 512;
  private static final int KEPT = 64 << 10;
  private static final ThreadLocal<@Nullable Output> FREE = new ThreadLocal<>();

  private Buffers() {}

  /** An empty output, the caller's until {@link #give}. */
  static Output take() {
    Output free = FREE.get();
    if (free == null) {
      return new Output(INITIAL);
    }
    FREE.set(null); // encoding may call user code that encodes
    return free;
  }

  static void give(Output out) {
    if (out.array().length <= KEPT) {
      out.truncate(0);
      FREE.set(out);
    }
  }
}
