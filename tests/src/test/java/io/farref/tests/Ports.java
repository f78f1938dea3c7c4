package io.farref.tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of the loopback address for listeners that come later. They are below those from which the
 * system chooses: it would give one that is free to the next socket that asks for any.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int APART = 1_009;

  /** Each process begins elsewhere. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * APART % COUNT));

  private Ports() {}

  /** One on which nothing listens, and that no other test of this process gets. */
  public static int free() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // Something listens there.
      }
    }
    throw new IllegalStateException("no port is free");
  }
}
