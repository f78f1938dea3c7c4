package io.farref.ref.lifetime;

import java.security.SecureRandom;

/**
 * The tokens, unguessable secrets, of the values that this worker creates: a worker that does not
 * know the token of a value was not given a reference to it. A token is 64 bits of SipHash-2-4, a
 * keyed pseudo-random function, of the value's owner and number, with a key that never leaves this
 * worker: so tokens need not be stored, and one reveals nothing about another. Immutable.
 */
final class ReferenceTokens {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long LENGTH = 16L << 56; // of the input, as its last block encodes it

  private final long v0;
  private final long v1;
  private final long v2;
  private final long v3;

  /** The tokens under a key. */
  ReferenceTokens(long key0, long key1) {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
  }

  /** The tokens under a new random key. */
  static ReferenceTokens random() {
    return new ReferenceTokens(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /** The token of the value of that number which this worker creates on that owner. */
  long of(int owner, long number) {
    return new State(v0, v1, v2, v3).block(owner).block(number).block(LENGTH).finish();
  }

  /** The state of a hash; does not outlive the method, so it is not allocated. */
  private static final class State {
    private long a;
    private long b;
    private long c;
    private long d;

    State(long a, long b, long c, long d) {
      this.a = a;
      this.b = b;
      this.c = c;
      this.d = d;
    }

    State block(long word) {
      d ^= word;
      round();
      round();
      a ^= word;
      return this;
    }

    long finish() {
      c ^= 0xff;
      round();
      round();
      round();
      round();
      return a ^ b ^ c ^ d;
    }

    private void round() {
      a += b;
      b = Long.rotateLeft(b, 13) ^ a;
      a = Long.rotateLeft(a, 32);
      c += d;
      d = Long.rotateLeft(d, 16) ^ c;
      a += d;
      d = Long.rotateLeft(d, 21) ^ a;
      c += b;
      b = Long.rotateLeft(b, 17) ^ c;
      c = Long.rotateLeft(c, 32);
    }
  }
}
