package io.farref.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection of a {@link FaultyNetwork}. It decides when the other side may
 * read the bytes that one side has written; their order never changes. Thread-safe.
 */
public final class FaultyFlow {
  private final FaultyNetwork network;
  private final String from;
  private final String to;

  // The following fields are guarded by network.lock. No annotation says so, because the check does
  // not follow a lock into
  // the lambdas of network.locked().
  private final Condition changed;
  private long written;
  private long delivered;
  private boolean held;
  private long passUntil;
  private int maxPiece = Integer.MAX_VALUE;
  private @Nullable Delay delay;
  private final ArrayDeque<Piece> late = new ArrayDeque<>();

  /** Bytes from {@code start} on that are not readable before {@code due}. */
  private record Piece(long start, long due) {}

  /** Draws delays. */
  private record Delay(Random random, long minNanos, long maxNanos) {
    long next() {
      return minNanos == maxNanos ? minNanos : random.nextLong(minNanos, maxNanos + 1);
    }
  }

  FaultyFlow(FaultyNetwork network, String from, String to) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.changed = network.lock.newCondition();
  }

  /** The worker that writes. */
  public String from() {
    return from;
  }

  /** The worker that reads. */
  public String to() {
    return to;
  }

  /**
   * Holds back all bytes that have not been read yet or will be written, and the end of the stream.
   */
  public void hold() {
    change(
        () -> {
          held = true;
          passUntil = delivered;
        });
  }

  /** Releases all bytes that are held, and holds no more. */
  public void release() {
    change(() -> held = false);
  }

  /** Releases the next {@code bytes} that {@link #hold} holds back, also those not written yet. */
  public void release(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative, but are " + bytes);
    }
    change(
        () -> {
          if (!held) {
            throw new IllegalStateException(this + " is not held");
          }
          passUntil = Math.addExact(passUntil, bytes);
        });
  }

  /** How many bytes have been written and not been read. */
  public long underWay() {
    return network.locked(() -> written - delivered);
  }

  /** How many of the written bytes may be read now. */
  public long due() {
    return network.locked(() -> Math.min(allowance(), written - delivered));
  }

  /** How many bytes have been written since the connection was made. */
  public long written() {
    return network.locked(() -> written);
  }

  /** How many bytes have been read since the connection was made. */
  public long delivered() {
    return network.locked(() -> delivered);
  }

  /** Gives the reader at most {@code maxBytes} at once; 1 finds all errors of reading in pieces. */
  public void inPiecesOf(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, not " + maxBytes);
    }
    change(() -> maxPiece = maxBytes);
  }

  /**
   * Delays each write from now on by a random time between {@code min} and {@code max}. Writes stay
   * in order. The same seed always gives the same times.
   */
  public void delay(long seed, Duration min, Duration max) {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException("not a range of delays: " + min + " to " + max);
    }
    change(() -> delay = new Delay(new Random(seed), min.toNanos(), max.toNanos()));
  }

  private void change(Runnable change) {
    network.locking(
        () -> {
          change.run();
          signal();
        });
  }

  // The following methods are called with network.lock held.

  /** Makes the reader look again. */
  void signal() {
    changed.signalAll();
  }

  void wrote(long bytes) {
    if (delay != null && bytes > 0) {
      Piece last = late.peekLast();
      long due = network.now() + delay.next();
      late.add(new Piece(written, last == null || due - last.due > 0 ? due : last.due));
    }
    written += bytes;
  }

  /** Takes back the last bytes of {@link #wrote}: the link below did not take them in time. */
  void didNotWrite(long bytes) {
    written -= bytes;
  }

  /** How many bytes the reader may get now; no more than it may get at once. */
  int allowance() {
    while (!late.isEmpty() && late.getFirst().due - network.now() <= 0) {
      late.removeFirst();
    }
    long end = held ? passUntil : Long.MAX_VALUE;
    if (!late.isEmpty()) {
      end = Math.min(end, late.getFirst().start);
    }
    return Math.clamp(end - delivered, 0, maxPiece);
  }

  /** Whether the end of the stream is held back, too. */
  boolean isHeld() {
    return held;
  }

  void delivered(int bytes) {
    delivered += bytes;
  }

  /**
   * Waits for a change of this flow, for the next byte to become due, or for the time to pass.
   *
   * @param nanos negative waits without limit
   */
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  void awaitChange(long nanos) throws InterruptedException {
    long wait = nanos;
    if (!late.isEmpty() && network.isTimeRunning()) {
      long due = Math.max(1, late.getFirst().due - network.now());
      wait = wait < 0 ? due : Math.min(wait, due);
    }
    if (wait < 0) {
      changed.await();
    } else if (wait > 0) {
      long unused = changed.awaitNanos(wait);
    }
  }

  @Override
  public String toString() {
    return "flow from " + from + " to " + to;
  }
}
