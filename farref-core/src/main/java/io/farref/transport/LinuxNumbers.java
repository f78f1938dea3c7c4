package io.farref.transport;

import org.jspecify.annotations.Nullable;

/** The numbers of system calls on a kind of processor, and whether this JVM may use them. */
record LinuxNumbers(
    long futex, long memfdCreate, long ftruncate, long fcntl, long openat, long close) {

  private static final @Nullable LinuxNumbers OF_THIS_SYSTEM =
      switch (System.getProperty("os.arch")) {
        case "amd64" -> new LinuxNumbers(202, 319, 77, 72, 257, 3);
        case "aarch64" -> new LinuxNumbers(98, 279, 46, 25, 56, 57);
        default -> null;
      };

  /** Those of this system; call it if there is no {@link #obstacle}. */
  static LinuxNumbers ofThisSystem() {
    if (OF_THIS_SYSTEM == null) {
      throw new IllegalStateException(obstacle());
    }
    return OF_THIS_SYSTEM;
  }

  /**
   * Why {@link LinuxCalls} cannot be used in this JVM, in words, or null if it can. Not a method of
   * that class: asking must not link anything, which takes a tenth of a second.
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
    Module module = LinuxNumbers.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      return "the JVM was started without --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
          + ", which shared memory needs";
    }
    return null;
  }
}
