package io.farref.transport.unix;

import io.farref.transport.TcpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The addresses at which the processes of one user reach each other on one machine: {@code
 * /tmp/farref-USER/MACHINE-PORT.SCHEME}. A worker that listens on a TCP port also listens there, so
 * a process that knows the {@code host:port}, and finds that the host is this machine, knows this
 * address, too.
 *
 * <p>MACHINE identifies the boot and the network namespace: within one namespace a port belongs to
 * one listener, and containers that share {@code /tmp} have different namespaces. The address may
 * still lead to a wrong worker (one port of two IP addresses); the handshake detects that.
 *
 * <p>The directory does not depend on {@code java.io.tmpdir}: two processes with different values
 * would not find each other.
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
   * The address of the process that listens on a TCP address of this machine.
   *
   * @param scheme the scheme of the transport that connects to it
   * @throws IOException if this system has no such addresses
   */
  public static String beside(String hostPort, String scheme) throws IOException {
    return path(TcpAddress.parse(hostPort).port() + "." + scheme).toString();
  }

  /** An unused address; a process of another process namespace may get the same one. */
  static Path free(String scheme) throws IOException {
    long pid = ProcessHandle.current().pid();
    return path(pid + "-" + LAST_FREE.incrementAndGet() + "-free." + scheme);
  }

  /**
   * Whether a TCP address is one of this machine, as far as this process can tell.
   *
   * @throws IllegalArgumentException if it is not a {@code host:port}
   */
  public static boolean isOfThisMachine(String hostPort) {
    return TcpAddress.parse(hostPort).isOfThisMachine();
  }

  private static Path path(String name) throws IOException {
    return directory().resolve(MACHINE + "-" + name);
  }

  private static Path directory() throws IOException {
    return TMP.resolve("farref-" + ProcessUser.get().id());
  }

  /** Removes the files that killed processes left behind, once in the life of this JVM. */
  static void sweep(Path directory) throws IOException {
    if (directory.equals(directory()) && SWEPT.compareAndSet(false, true)) {
      SocketPathLock.sweep(directory, MACHINE);
    }
  }

  /** A system without these files has no network namespaces: there the port is enough. */
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
