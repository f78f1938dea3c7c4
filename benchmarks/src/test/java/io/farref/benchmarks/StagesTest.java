package io.farref.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StagesTest {
  @Test
  void aStackIsOfThePackageThatIsInnermost() {
    assertThat(
            Stages.stage(
                List.of(
                    "java.util.HashMap.get",
                    "io.farref.codec.Encoder.write",
                    "io.farref.call.client.ClientConnection.call",
                    "io.farref.benchmarks.FarrefClient.add")))
        .isEqualTo("codec");
    assertThat(
            Stages.stage(
                List.of(
                    "io.farref.benchmarks.Counter.add", "io.farref.call.server.IncomingCall.run")))
        .isEqualTo("the function, and its caller");
    assertThat(Stages.stage(List.of("java.lang.Thread.run"))).isEqualTo("JDK");
    assertThat(Stages.stage(List.of())).isEqualTo("JVM");
  }

  @Test
  void whatTheSystemDoesIsNotOfAPackage() {
    assertThat(
            Stages.stage(
                List.of("sun.nio.ch.SocketDispatcher.write0", "io.farref.mux.FrameQueue.flush")))
        .isEqualTo("system: write");
    assertThat(Stages.stage(List.of("sun.nio.ch.EPoll.wait"))).isEqualTo("system: wait for bytes");
    assertThat(Stages.stage(List.of("jdk.internal.misc.Unsafe.unpark")))
        .isEqualTo("system: hand over");
  }

  @Test
  void threadsOfOneRoleAreOne() {
    assertThat(Stages.role("farref-server-read-12")).isEqualTo("read-N");
    assertThat(Stages.role("farref-client-group-watch")).isEqualTo("group-watch");
    assertThat(Stages.role("main")).isEqualTo("main");
  }
}
