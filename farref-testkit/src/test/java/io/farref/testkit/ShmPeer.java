package io.farref.testkit;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.shm.ShmTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The other process of a connection, to be killed. */
final class ShmPeer implements AutoCloseable {
  /** The side that the process is. */
  enum Side {
    DIALER,
    ACCEPTOR
  }

  /** What the process does when it is connected. */
  enum Deed {
    /** Sends a thousand bytes, then nothing. */
    SAYS_SOMETHING,
    /** Sends back the bytes that it receives. */
    ECHOES
  }

  static final int SAID = 1000;

  private final Process process;
  private final Link link;

  private ShmPeer(Process process, Link link) {
    this.process = process;
    this.link = link;
  }

  /** Starts the process and connects to it. */
  static ShmPeer start(Side side, Deed deed) throws Exception {
    var shm = new ShmTransport();
    if (side == Side.ACCEPTOR) {
      Process process = launch(side, deed, "");
      String address;
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        address = out.readLine();
      }
      return new ShmPeer(process, shm.connect(address, 10_000_000_000L));
    }
    try (Transport.Listener listener = shm.listen("")) {
      Process process = launch(side, deed, listener.address());
      return new ShmPeer(process, listener.accept());
    }
  }

  private static Process launch(Side side, Deed deed, String address) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ShmPeer.class.getName(),
            side.name(),
            deed.name(),
            address)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  Link link() {
    return link;
  }

  /** Kills the process as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a killed process lives on");
    }
  }

  @Override
  public void close() {
    link.close();
    process.destroyForcibly();
  }

  public static void main(String[] args) throws IOException {
    Thread.ofPlatform().daemon().start(ShmPeer::endWithTheParent);
    var shm = new ShmTransport();
    Link link;
    if (Side.valueOf(args[0]) == Side.DIALER) {
      link = shm.connect(args[2], -1);
    } else {
      try (Transport.Listener listener = shm.listen("")) {
        System.out.println(listener.address());
        link = listener.accept();
      }
    }
    switch (Deed.valueOf(args[1])) {
      case SAYS_SOMETHING -> {
        link.write(new ByteBuffer[] {ByteBuffer.allocate(SAID)}, 0, 1);
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      }
      case ECHOES -> {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (link.read(buffer, -1) >= 0) {
          link.write(new ByteBuffer[] {buffer.flip()}, 0, 1);
          buffer.clear();
        }
      }
    }
  }

  private static void endWithTheParent() {
    ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().join());
    Runtime.getRuntime().halt(1);
  }
}
