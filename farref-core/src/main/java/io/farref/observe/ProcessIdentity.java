package io.farref.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Identifies a process of a machine, so that other processes of the machine can see when it has
 * ended. The system reuses process ids, but a process id together with its start time is unique.
 *
 * @param machine identifies the machine and, within it, the name space of process ids; 0 if not
 *     known
 * @param pid the process id
 * @param start when it started, in the unit of the system
 */
public record ProcessIdentity(long machine, long pid, long start) {
  /** A process about which nothing is known. */
  public static final ProcessIdentity UNKNOWN = new ProcessIdentity(0, 0, 0);

  /** This process. */
  public static final ProcessIdentity CURRENT = current();

  private static final Path PROC = Path.of("/proc");

  /**
   * Whether the process has certainly ended. False if it runs, is about to end, or runs where this
   * cannot be found out, such as on another machine.
   */
  public boolean hasEnded() {
    if (!isOnThisMachine()) {
      return false;
    }
    try {
      Stat stat = Stat.read(PROC.resolve(Long.toString(pid)));
      return stat.start != start || stat.state == 'Z' || stat.state == 'X';
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      // It ends at this moment, or the file does not have the format that it has on Linux.
      return !Files.exists(PROC.resolve(Long.toString(pid)));
    }
  }

  /** Whether this process can see the other one end. */
  public boolean isOnThisMachine() {
    return machine != 0 && machine == CURRENT.machine;
  }

  private static ProcessIdentity current() {
    try {
      String machine =
          Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
              + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      Stat self = Stat.read(Path.of("/proc/self"));
      return new ProcessIdentity(hash(machine), ProcessHandle.current().pid(), self.start);
    } catch (IOException | RuntimeException e) {
      System.getLogger(ProcessIdentity.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "the end of processes cannot be seen here", e);
      return UNKNOWN;
    }
  }

  /** Never 0; does not reveal the names of the machine. */
  private static long hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() | 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256", e);
    }
  }

  /** Fields 3 and 22 of {@code /proc/PID/stat} on Linux. */
  private record Stat(char state, long start) {
    static Stat read(Path directory) throws IOException {
      String line = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return new Stat(fields[0].charAt(0), Long.parseLong(fields[19]));
    }
  }
}
