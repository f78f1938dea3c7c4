package io.farref.transport.shm;

import io.farref.observe.FailureText;
import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfInt;
import java.lang.foreign.ValueLayout.OfLong;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The system calls that the JDK has no method for, on Linux. Use this class only if {@link
 * SyscallNumbers#obstacle} returns null; otherwise it may print a warning or fail.
 *
 * <p>All of them go through {@code syscall}: the JDK takes some 20 ms to link a function of a type
 * that it has not linked before, and the first call to a worker waits for that.
 */
@SuppressWarnings("restricted") // obstacle() asks whether it is allowed
final class Syscalls {
  private static final SyscallNumbers NUMBERS = SyscallNumbers.ofThisSystem();
  private static final long FUTEX = NUMBERS.futex();

  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;

  /** Some systems demand it; Linux before 6.3 does not know it. */
  private static final int MFD_NOEXEC_SEAL = 8;

  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;

  /** No further seals, no shrinking, no growing. */
  private static final int SEALS = 1 | 2 | 4;

  /** Means the working directory to {@code openat}. */
  private static final int AT_FDCWD = -100;

  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  private static final OfInt INT = ValueLayout.JAVA_INT;
  private static final OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;

  private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(PathElement.groupElement("errno"));

  /** May block, so it must not be linked as critical. */
  private static final MethodHandle FUTEX_CALL =
      syscall(FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, ADDRESS));

  /** Stores the error number in the memory that its first argument points to. */
  private static final MethodHandle TELLING_CALL =
      syscall(
          FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG),
          Linker.Option.captureCallState("errno"));

  private Syscalls() {}

  /**
   * Waits until {@link #wake} is called for the word at {@code address}, unless the word differs
   * from {@code expected}. May return spuriously.
   *
   * @param timeout how long, a {@code timespec}, or {@link MemorySegment#NULL} for ever
   */
  static void await(long address, int expected, MemorySegment timeout) {
    try {
      long unused = (long) FUTEX_CALL.invokeExact(FUTEX, address, FUTEX_WAIT, expected, timeout);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Wakes one thread, of any process, that waits for the word at {@code address}. */
  static void wake(long address) {
    try {
      long unused =
          (long) FUTEX_CALL.invokeExact(FUTEX, address, FUTEX_WAKE, 1, MemorySegment.NULL);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Creates anonymous memory of that size, zeroed and sealed; returns its descriptor. */
  static int createMemory(String label, long size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      long name = arena.allocateFrom(label).address();
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      int fd = call(state, NUMBERS.memfdCreate(), name, flags | MFD_NOEXEC_SEAL, 0, 0);
      if (fd < 0) {
        fd = call(state, NUMBERS.memfdCreate(), name, flags, 0, 0);
      }
      check("memfd_create", fd, state);
      boolean done = false;
      try {
        check("ftruncate", call(state, NUMBERS.ftruncate(), fd, size, 0, 0), state);
        check("fcntl", call(state, NUMBERS.fcntl(), fd, F_ADD_SEALS, SEALS, 0), state);
        done = true;
        return fd;
      } finally {
        if (!done) {
          close(fd);
        }
      }
    }
  }

  /** Opens memory that another process created; returns a descriptor of this process. */
  static int openMemory(String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      long name = arena.allocateFrom(path).address();
      int flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
      int fd = call(state, NUMBERS.openat(), AT_FDCWD, name, flags, 0);
      check("open " + path, fd, state);
      return fd;
    }
  }

  /** Whether the descriptor is of memory whose size no process can change any more. */
  static boolean isSealed(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int seals = call(arena.allocate(ERRNO_LAYOUT), NUMBERS.fcntl(), fd, F_GET_SEALS, 0, 0);
      return seals >= 0 && (seals & SEALS) == SEALS;
    }
  }

  static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      var _ = call(arena.allocate(ERRNO_LAYOUT), NUMBERS.close(), fd, 0, 0, 0);
    }
  }

  /** The results of all calls here fit into an int. */
  private static int call(MemorySegment state, long number, long a, long b, long c, long d) {
    try {
      return (int) (long) TELLING_CALL.invokeExact(state, number, a, b, c, d);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static void check(String call, int result, MemorySegment state) throws IOException {
    if (result < 0) {
      int error = (int) ERRNO.get(state, 0L);
      String text = error == EMFILE || error == ENFILE ? " (" + FailureText.SHORTAGE + ")" : "";
      throw new IOException(call + " failed with error " + error + text);
    }
  }

  private static AssertionError impossible(Throwable e) {
    return new AssertionError("a system call threw", e);
  }

  private static MethodHandle syscall(FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.firstVariadicArg(1);
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"), type, all);
  }
}
