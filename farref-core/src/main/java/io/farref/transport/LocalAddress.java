package io.farref.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the processes of one user find each other on one machine: {@code
 * /tmp/farref-USER/MACHINE-PORT.SCHEME}. A worker that listens on a TCP port also listens there, so
 * whoever knows its {@code host:port}, and sees that the host is this machine, knows this too.
 *
 * <p>MACHINE is the boot and the network namespace: within one a port means one listener, and
 * containers that share {@code /tmp} have different ones. A wrong worker may be found all the same
 * (one port, two addresses); the handshake tells.
 *
 * <p>The directory does not follow {@code java.io.tmpdir}: two processes with different ones would
 * miss each other.
 */
public final class LocalAddress {
  private static final Path TMP = Path.of("/tmp");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NETWORK = Path.of("/proc/self/ns/net");
  private static final String MACHINE = machine();

  private static final AtomicLong LAST_FREE = new AtomicLong();
  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  private LocalAddress() {}

  /**
   * The other address of whoever listens on a TCP address of this machine.
   *
   * @param scheme of the transport that connects to it
   * @throws IOException if there are no such addresses on this system
   */
  public static String beside(String hostPort, String scheme) throws IOException {
    return path(TcpAddress.parse(hostPort).port() + "." + scheme).toString();
  }

  /** An address that nobody uses; a process of another process namespace may get the same. */
  static Path free(String scheme) throws IOException {
    long pid = ProcessHandle.current().pid();
    return path(pid + "-" + LAST_FREE.incrementAndGet() + "-free." + scheme);
  }

  /**
   * Whether an address is a TCP address of this machine, as far as this process can tell.
   *
   * @throws IllegalArgumentException if it is no {@code host:port}
   */
  public static boolean isOfThisMachine(String hostPort) {
    return TcpAddress.parse(hostPort).isOfThisMachine();
  }

  private static Path path(String name) throws IOException {
    return directory().resolve(MACHINE + "-" + name);
  }

  private static Path directory() throws IOException {
    return TMP.resolve("farref-" + OwnUser.get().id());
  }

  /** Removes what killed processes left behind, once in the life of this JVM. */
  static void sweep(Path directory) throws IOException {
    if (directory.equals(directory()) && SWEPT.compareAndSet(false, true)) {
      SocketFile.sweep(directory, MACHINE);
    }
  }

  /** A system that has neither has no network namespaces: there the port is enough. */
  private static String machine() {
    try {
      String boot = Files.readString(BOOT).substring(0, 8);
      String network = Files.readSymbolicLink(NETWORK).toString().replaceAll("\\D", "");
      return boot + "-" + network;
    } catch (IOException e) {
      return "this";
    }
  }
}
