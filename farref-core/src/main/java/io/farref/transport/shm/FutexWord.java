package io.farref.transport.shm;

import static io.farref.transport.shm.ShmLayout.INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A word of shared memory that says whether a thread sleeps, and how. The thread announces its
 * sleep and then looks at its condition once more before it sleeps; the other side changes the
 * condition and then looks at the word. A full fence between the two steps of each side makes sure
 * that at least one of them sees the other.
 */
final class FutexWord {
  /** No thread sleeps, or the one that did has been woken. */
  static final int AWAKE = 0;

  /** The thread sleeps in a futex; the kernel wakes it. */
  static final int IN_FUTEX = 1;

  /** The thread is a virtual one that is parked; a byte on the socket wakes it. */
  static final int PARKED = 2;

  private final MemorySegment segment;
  private final long offset;
  private final long address;

  FutexWord(SharedMemory memory, long offset) {
    this.segment = memory.segment();
    this.offset = offset;
    this.address = segment.address() + offset;
  }

  /** Says that the caller is about to sleep; it must look at its condition once more. */
  void announce(int how) {
    INT.setVolatile(segment, offset, how);
    VarHandle.fullFence();
  }

  /** Says that the caller does not sleep any more. */
  void retract() {
    INT.setRelease(segment, offset, AWAKE);
  }

  /** Sleeps in the kernel, unless woken since {@link #announce}; the memory must be retained. */
  void sleep(MemorySegment timeout) {
    Syscalls.await(address, IN_FUTEX, timeout);
  }

  /**
   * Whether a thread of the other side sleeps, or is about to, after the latest published change.
   */
  boolean isAsleep() {
    VarHandle.fullFence();
    return (int) INT.getAcquire(segment, offset) != AWAKE;
  }

  /**
   * Wakes the other side's thread.
   *
   * @return whether that takes a byte on the socket
   */
  boolean wake() {
    int how = (int) INT.getAndSet(segment, offset, AWAKE);
    if (how == IN_FUTEX) {
      Syscalls.wake(address);
    }
    return how == PARKED;
  }

  /**
   * Wakes this side's thread, even if the word says that it is awake: the other side may have died
   * after it changed the word and before it called the kernel.
   */
  void wakeInAnyCase() {
    INT.setVolatile(segment, offset, AWAKE);
    Syscalls.wake(address);
  }
}
