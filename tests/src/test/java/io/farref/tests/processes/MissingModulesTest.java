package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ConnectionInfo;
import io.farref.Peer;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker on the class path of a Java runtime that lacks a module of the JDK. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class MissingModulesTest {
  private static Jvm startB(String rendezvous, String modules) throws Exception {
    return Jvm.start(
        Map.of(
            "FARREF_RENDEZVOUS", rendezvous,
            "FARREF_WORLD_SIZE", "2",
            "FARREF_NAME", "b",
            "FARREF_RANK", "1",
            "FARREF_SAME_HOST", "auto"),
        List.of(),
        System.getProperty("java.class.path"),
        List.of("--limit-modules", modules));
  }

  private static Worker joinAsA(String rendezvous) {
    return Worker.builder()
        .name("a")
        .rank(0)
        .worldSize(2)
        .rendezvous(rendezvous)
        .sameHost(SameHost.AUTO)
        .joinTimeout(Duration.ofSeconds(90))
        .join();
  }

  private static List<ConnectionInfo> connectionsThere() {
    return Worker.current().connections();
  }

  private static int callBack() {
    return Worker.current().peer("a").rpcSync(() -> 1);
  }

  @Test
  void withoutJdkNetWorkersUseTcpAndSayWhy() throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    try (Jvm jvmB = startB(place, "java.base,java.logging,java.naming,jdk.unsupported");
        Worker a = joinAsA(place)) {
      Peer b = a.peer("b");
      assertThat(b.rpcSync(MissingModulesTest::callBack)).isEqualTo(1);
      List<ConnectionInfo> there =
          b.<List<ConnectionInfo>, RuntimeException>rpcSync(MissingModulesTest::connectionsThere);
      assertThat(there).hasSize(2).allMatch(each -> each.transport().equals("tcp"));
      assertThat(there)
          .allSatisfy(
              each ->
                  assertThat(each.fallback().orElseThrow())
                      .contains("no module jdk.net", "jlink --add-modules jdk.net"));
      jvmB.leave();
    }
  }

  @Test
  void withoutJdkUnsupportedAJoinFailsAndSaysWhy() throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    try (Jvm jvmB = startB(place, "java.base,java.logging,java.naming")) {
      assertThat(jvmB.result())
          .startsWith("FAILED")
          .contains("no module jdk.unsupported", "jlink --add-modules jdk.unsupported");
    }
  }
}
