package io.farref.transport;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that the JDK has no method for, on Linux. Using this class without {@link
 * #unavailable} having returned null may print a warning or fail.
 */
@SuppressWarnings("restricted") // unavailable() asks whether it is allowed
final class LinuxCalls {
  /** The number of {@code futex}, for which there is no function in the C library. */
  private static final Map<String, Long> FUTEX = Map.of("amd64", 202L, "aarch64", 98L);

  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;

  /** Some systems insist on it; those before Linux 6.3 do not know it. */
  private static final int MFD_NOEXEC_SEAL = 8;

  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;

  /** No further seals, no smaller, no larger. */
  private static final int SEALS = 1 | 2 | 4;

  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  private static final OfInt INT = ValueLayout.JAVA_INT;
  private static final OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;

  private static final long FUTEX_NUMBER = FUTEX.getOrDefault(System.getProperty("os.arch"), -1L);
  private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(PathElement.groupElement("errno"));

  /** May block, so it must not be critical. */
  private static final MethodHandle WAIT =
      handle(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, ADDRESS),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle WAKE =
      handle(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, LONG, INT, INT),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle MEMFD_CREATE =
      telling("memfd_create", FunctionDescriptor.of(INT, ADDRESS, INT));
  private static final MethodHandle FTRUNCATE =
      telling("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
  private static final MethodHandle FCNTL =
      telling(
          "fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle OPEN =
      telling(
          "open", FunctionDescriptor.of(INT, ADDRESS, INT, INT), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = telling("close", FunctionDescriptor.of(INT, INT));

  private LinuxCalls() {}

  /** Why this class cannot be used in this JVM, or null if it can. Loads nothing of it. */
  static @Nullable String unavailable() {
    return Availability.OBSTACLE;
  }

  /** A class of its own: asking must not make the handles. */
  private static final class Availability {
    static final @Nullable String OBSTACLE = find();

    private static @Nullable String find() {
      String system = System.getProperty("os.name");
      String processor = System.getProperty("os.arch");
      if (!"Linux".equals(system)) {
        return "shared memory between processes needs Linux, this is " + system;
      }
      if (!FUTEX.containsKey(processor)) {
        return "shared memory between processes is not known on processors of type " + processor;
      }
      Module module = LinuxCalls.class.getModule();
      if (!module.isNativeAccessEnabled()) {
        return "the JVM was started without --enable-native-access="
            + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
            + ", which shared memory needs";
      }
      return null;
    }
  }

  /**
   * Waits until {@link #wake} is called for the word at {@code address}, unless the word differs
   * from {@code expected}. May return for no reason.
   *
   * @param timeout how long, a {@code timespec}, or {@link MemorySegment#NULL} for ever
   */
  static void await(long address, int expected, MemorySegment timeout) {
    try {
      long unused = (long) WAIT.invokeExact(FUTEX_NUMBER, address, FUTEX_WAIT, expected, timeout);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Wakes one thread, of any process, that waits for the word at {@code address}. */
  static void wake(long address) {
    try {
      long unused = (long) WAKE.invokeExact(FUTEX_NUMBER, address, FUTEX_WAKE, 1);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Makes memory of that size, zeroed, sealed and without a name; returns its descriptor. */
  static int createMemory(String label, long size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      MemorySegment name = arena.allocateFrom(label);
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      int fd = (int) MEMFD_CREATE.invokeExact(state, name, flags | MFD_NOEXEC_SEAL);
      if (fd < 0) {
        fd = (int) MEMFD_CREATE.invokeExact(state, name, flags);
      }
      check("memfd_create", fd, state);
      boolean done = false;
      try {
        check("ftruncate", (int) FTRUNCATE.invokeExact(state, fd, size), state);
        check("fcntl", (int) FCNTL.invokeExact(state, fd, F_ADD_SEALS, SEALS), state);
        done = true;
        return fd;
      } finally {
        if (!done) {
          close(fd);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Opens memory that another process made; returns a descriptor of this process. */
  static int openMemory(String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO_LAYOUT);
      int flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, 0);
      check("open " + path, fd, state);
      return fd;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Whether the descriptor is of memory whose size nobody can change any more. */
  static boolean isSealed(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int seals = (int) FCNTL.invokeExact(arena.allocate(ERRNO_LAYOUT), fd, F_GET_SEALS, 0);
      return seals >= 0 && (seals & SEALS) == SEALS;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int unused = (int) CLOSE.invokeExact(arena.allocate(ERRNO_LAYOUT), fd);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static void check(String call, int result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with error " + (int) ERRNO.get(state, 0L));
    }
  }

  private static AssertionError impossible(Throwable e) {
    return new AssertionError("a system call threw", e);
  }

  /** A function that stores its error number where its additional first argument says. */
  private static MethodHandle telling(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return handle(name, type, all);
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }
}
