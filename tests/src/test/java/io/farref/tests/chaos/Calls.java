package io.farref.tests.chaos;

import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Outcome;
import java.util.Arrays;

/** The calls that one process made, by number, and what is known of each. */
final class Calls {
  final int node;
  private byte[] kind = new byte[1024];
  private byte[] outcome = new byte[1024];
  private byte[] peer = new byte[1024];
  private byte[] begun = new byte[1024];
  private byte[] done = new byte[1024];
  private int[] issued = new int[1024];
  private int[] ended = new int[1024];
  private long[] extra = new long[1024];
  private int highest;

  Calls(int node) {
    this.node = node;
  }

  private void reach(int number) {
    highest = Math.max(highest, number);
    if (number >= kind.length) {
      int size = Math.max(number + 1, kind.length * 2);
      kind = Arrays.copyOf(kind, size);
      outcome = Arrays.copyOf(outcome, size);
      peer = Arrays.copyOf(peer, size);
      begun = Arrays.copyOf(begun, size);
      done = Arrays.copyOf(done, size);
      issued = Arrays.copyOf(issued, size);
      ended = Arrays.copyOf(ended, size);
      extra = Arrays.copyOf(extra, size);
    }
  }

  void note(Journal.Entry entry) {
    int number = entry.number();
    reach(number);
    switch (entry.type()) {
      case ISSUED -> {
        kind[number] = (byte) entry.kind().ordinal();
        peer[number] = (byte) entry.peer();
        issued[number] = entry.millis();
        extra[number] = entry.extra();
      }
      case ENDED -> {
        outcome[number] = (byte) entry.outcome().ordinal();
        ended[number] = entry.millis();
      }
      case BEGUN -> begun[number]++;
      case DONE -> done[number]++;
      default -> throw new IllegalArgumentException(entry.toString());
    }
  }

  int highest() {
    return highest;
  }

  Kind kind(int number) {
    return Kind.values()[kind[number]];
  }

  Outcome outcome(int number) {
    return Outcome.values()[outcome[number]];
  }

  int peer(int number) {
    return peer[number];
  }

  int begun(int number) {
    return begun[number];
  }

  int done(int number) {
    return done[number];
  }

  int issued(int number) {
    return issued[number];
  }

  int ended(int number) {
    return ended[number];
  }

  /** The nodes that had the reference that this call uses, as bits. */
  int before(int number) {
    return (int) (extra[number] & 0xFF);
  }

  /** When the reference that this call uses was made. */
  int madeAt(int number) {
    return (int) (extra[number] >>> 8);
  }
}
