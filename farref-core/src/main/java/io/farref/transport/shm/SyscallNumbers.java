package io.farref.transport.shm;

import org.jspecify.annotations.Nullable;

/** The numbers of system calls on one processor architecture, and whether this JVM can use them. */
record SyscallNumbers(
    long futex, long memfdCreate, long ftruncate, long fcntl, long openat, long close) {

  private static final @Nullable SyscallNumbers OF_THIS_SYSTEM =
      switch (System.getProperty("os.arch")) {
        case "amd64" -> new SyscallNumbers(202, 319, 77, 72, 257, 3);
        case "aarch64" -> new SyscallNumbers(98, 279, 46, 25, 56, 57);
        default -> null;
      };

  /** The numbers of this system; call this only if there is no {@link #obstacle}. */
  static SyscallNumbers ofThisSystem() {
    if (OF_THIS_SYSTEM == null) {
      throw new IllegalStateException(obstacle());
    }
    return OF_THIS_SYSTEM;
  }

  /**
   * Why {@link Syscalls} cannot be used in this JVM, as a message, or null if it can. Not a method
   * of that class, because initializing that class links functions, which takes a tenth of a
   * second.
   */
  static @Nullable String obstacle() {
    String system = System.getProperty("os.name");
    if (!"Linux".equals(system)) {
      return "shared memory between processes needs Linux, this is " + system;
    }
    if (OF_THIS_SYSTEM == null) {
      return "shared memory between processes is not known on processors of type "
          + System.getProperty("os.arch");
    }
    Module module = SyscallNumbers.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      return "the JVM was started without --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
          + ", which shared memory needs";
    }
    return null;
  }
}
