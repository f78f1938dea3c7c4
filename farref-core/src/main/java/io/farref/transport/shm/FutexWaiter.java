package io.farref.transport.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the reading or the writing thread of this side wait: first spinning, then asleep in the
 * kernel. One thread waits at a time; any thread of this process may wake it.
 */
final class FutexWaiter {
  private static final long SECOND = 1_000_000_000L;

  private final SharedMemory memory;
  private final FutexWord word;
  private final AdaptiveSpin.Condition condition;
  private final AdaptiveSpin spin;
  private final InterruptHook interrupt = new InterruptHook(this::wake);
  private final MemorySegment timeout = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2);

  private volatile @Nullable Thread parked;

  /**
   * Waits in {@code word}.
   *
   * @param condition what to wait for; a thread that changes it must wake this
   */
  FutexWaiter(SharedMemory memory, long word, AdaptiveSpin.Condition condition, AdaptiveSpin spin) {
    this.memory = memory;
    this.word = new FutexWord(memory, word);
    this.condition = condition;
    this.spin = spin;
  }

  /**
   * Waits until the condition is met, the time passes or the thread is interrupted; may also return
   * spuriously. The interrupt flag must be clear on entry, or this returns at once.
   *
   * @param nanos negative waits without limit
   */
  void await(long nanos) throws IOException {
    if (spin.await(condition) || !memory.retain()) {
      return;
    }
    long start = System.nanoTime();
    try {
      if (Thread.currentThread().isVirtual()) {
        park(nanos);
      } else {
        sleep(nanos);
      }
    } finally {
      word.retract();
      memory.release();
    }
    spin.slept(System.nanoTime() - start);
  }

  /** Blocks the thread in the kernel. */
  private void sleep(long nanos) throws IOException {
    word.announce(FutexWord.IN_FUTEX);
    interrupt.enter();
    try {
      if (!condition.isMet()) {
        word.sleep(timespec(nanos));
      }
    } finally {
      interrupt.leave();
    }
  }

  /** For a virtual thread: a system call would block its carrier. */
  private void park(long nanos) throws IOException {
    parked = Thread.currentThread();
    word.announce(FutexWord.PARKED);
    try {
      if (condition.isMet()) {
        return;
      }
      if (nanos < 0) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, nanos);
      }
    } finally {
      parked = null;
    }
  }

  private MemorySegment timespec(long nanos) {
    if (nanos < 0) {
      return MemorySegment.NULL;
    }
    timeout.setAtIndex(ValueLayout.JAVA_LONG, 0, nanos / SECOND);
    timeout.setAtIndex(ValueLayout.JAVA_LONG, 1, nanos % SECOND);
    return timeout;
  }

  /** Ends the present wait; a later wait begins with a look at the condition. */
  void wake() {
    if (!memory.retain()) {
      return;
    }
    try {
      word.wakeInAnyCase();
    } finally {
      memory.release();
    }
    LockSupport.unpark(parked);
  }
}
