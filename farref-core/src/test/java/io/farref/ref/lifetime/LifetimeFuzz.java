package io.farref.ref.lifetime;

import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Two honest workers go on with their work while two malicious ones send them what they like: see
 * {@link BesiegedGroup}, which also says what must hold.
 */
public final class LifetimeFuzz {
  private LifetimeFuzz() {}

  /** Each operation is a byte that chooses it, and those that it asks for. */
  public static void fuzzerTestOneInput(byte[] input) {
    BesiegedGroup group = new BesiegedGroup(input);
    while (group.hasMore()) {
      group.step();
      group.check();
    }
    group.end();
  }

  /** Each operation a few times, and the beginnings of some attacks. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int operation = 0; operation < 16; operation++) {
      Output out = new Output(64);
      for (int i = 0; i < 8; i++) {
        out.writeByte(operation);
        out.writeBytes(new byte[] {(byte) i, (byte) (3 * i), (byte) (i >> 1), (byte) i, 1}, 0, 5);
      }
      seeds.add(out.toByteArray());
    }
    Output all = new Output(256);
    for (int i = 0; i < 64; i++) {
      all.writeByte(i * 7);
      all.writeBytes(new byte[] {(byte) i, (byte) (i * 5), (byte) (i >> 2), (byte) i}, 0, 4);
    }
    seeds.add(all.toByteArray());
    return seeds;
  }
}
