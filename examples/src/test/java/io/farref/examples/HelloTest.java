package io.farref.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Worker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two source files without a package or a build, as in {@code java Server.java}. */
@Timeout(120)
class HelloTest {
  private static final Path HELLO = Path.of("hello").toAbsolutePath();

  @Test
  void clientCallsServerAndHoldsAnObjectThere() throws Exception {
    String rendezvous = "tcp://127.0.0.1:" + freePort();
    try (JavaProgram server = start("Server.java", rendezvous);
        JavaProgram client = start("Client.java", rendezvous)) {
      assertThat(client.output())
          .contains("got hello from process ")
          .contains("the counter on server says 42");
      assertThat(client.exitCode()).isZero();
      assertThat(server.output()).contains("server: joined as process ");
      assertThat(server.exitCode()).isZero();
    }
  }

  private static JavaProgram start(String file, String rendezvous) throws Exception {
    Path core = Path.of(Worker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return JavaProgram.start(HELLO, core.toString(), List.of(file, rendezvous));
  }

  private static int freePort() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
