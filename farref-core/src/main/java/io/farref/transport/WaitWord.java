package io.farref.transport;

import static io.farref.transport.ShmLayout.INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A word of shared memory that says whether a thread sleeps, and how. The thread announces itself
 * and looks once more before it sleeps; whoever has changed something looks at the word afterwards.
 * A full fence on each side between the two steps makes sure that at least one of them sees the
 * other.
 */
final class WaitWord {
  /** Nobody sleeps, or somebody has been woken. */
  static final int AWAKE = 0;

  /** The kernel wakes the sleeper. */
  static final int IN_FUTEX = 1;

  /** A byte on the socket wakes it: the sleeper is a virtual thread. */
  static final int PARKED = 2;

  private final MemorySegment segment;
  private final long offset;
  private final long address;

  WaitWord(SharedMemory memory, long offset) {
    this.segment = memory.segment();
    this.offset = offset;
    this.address = segment.address() + offset;
  }

  /** The caller is about to sleep, and must look once more whether it has to. */
  void announce(int how) {
    INT.setVolatile(segment, offset, how);
    VarHandle.fullFence();
  }

  /** The caller does not sleep any more. */
  void retract() {
    INT.setRelease(segment, offset, AWAKE);
  }

  /** Sleeps in the kernel, unless woken since {@link #announce}; the memory must be retained. */
  void sleep(MemorySegment timeout) {
    LinuxCalls.await(address, IN_FUTEX, timeout);
  }

  /** Whether a thread of the other side sleeps, or is about to, after what was just published. */
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
      LinuxCalls.wake(address);
    }
    return how == PARKED;
  }

  /**
   * Wakes this side's thread whatever the word says: the other side may have died between changing
   * the word and calling the kernel.
   */
  void wakeInAnyCase() {
    INT.setVolatile(segment, offset, AWAKE);
    LinuxCalls.wake(address);
  }
}
