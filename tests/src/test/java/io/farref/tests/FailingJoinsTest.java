package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.JoinException;
import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.testkit.NoLeaks;
import io.farref.tests.tls.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A join that fails, in whatever way, leaves no thread, descriptor, port or file. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FailingJoinsTest {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir Path directory;

  private Set<String> before;
  private int port;

  /** What a JVM opens once is open before. */
  @BeforeAll
  static void warmUp() throws Exception {
    int port = Ports.free();
    try (Worker worker = patient("w", "tcp://127.0.0.1:" + port).worldSize(1).rank(0).join()) {
      assertThat(worker.self().rpcSync(() -> 1)).isEqualTo(1);
    }
    assertThatThrownBy(() -> builder("w", "tcp://127.0.0.1:x").join())
        .isInstanceOf(IllegalArgumentException.class);
    new Certificates().tls("w");
  }

  @BeforeEach
  void count() throws IOException {
    port = Ports.free();
    before = open();
  }

  @AfterEach
  void nothingIsLeft() {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(before).as("open before").containsAll(open()));
    assertThat(directory)
        .as("files of the store")
        .satisfiesAnyOf(
            none -> assertThat(none).isEmptyDirectory(),
            some -> assertThat(some.resolve("group")).isEmptyDirectory());
  }

  /** The descriptors of this process, and the files of its workers. */
  private static Set<String> open() throws IOException {
    Set<String> all = new TreeSet<>();
    try (Stream<Path> links = Files.list(DESCRIPTORS)) {
      for (Path each : links.collect(Collectors.toList())) {
        try {
          String target = Files.readSymbolicLink(each).toString();
          if (target.matches("(socket|anon_inode:.eventfd|pipe|/memfd).*")) {
            all.add(each.getFileName() + " " + target);
          }
        } catch (IOException e) {
          // The descriptor of the list itself.
        }
      }
    }
    Path files = Path.of("/tmp/farref-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    String mine = "-" + ProcessHandle.current().pid() + ".";
    if (Files.isDirectory(files)) {
      try (Stream<Path> found = Files.list(files)) {
        found
            .map(Path::getFileName)
            .map(Path::toString)
            .filter(name -> name.contains(mine))
            .forEach(all::add);
      }
    }
    return all;
  }

  /** For a join that must not fail. */
  private static Worker.Builder patient(String name, String rendezvous) {
    return builder(name, rendezvous).joinTimeout(Duration.ofSeconds(30));
  }

  private static Worker.Builder builder(String name, String rendezvous) {
    return Worker.builder()
        .name(name)
        .rendezvous(rendezvous)
        .sameHost(SameHost.AUTO)
        .joinTimeout(Duration.ofMillis(500));
  }

  private String place() {
    return "tcp://127.0.0.1:" + port;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:PORT ",
        " tcp://127.0.0.1:PORT",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:70000",
        "tcp://127.0.0.1:PORT?host=perhaps",
        "tcp://[::1:PORT",
        "tcp://",
        "tcp:",
        "tcp://a b:PORT",
        "127.0.0.1:PORT",
        "nothing://127.0.0.1:PORT",
        "file:relative",
        "file://host/directory",
        "env://",
        "\u0000",
        ""
      })
  void anAddressThatMakesNoSenseIsRefused(String rendezvous) {
    String written = rendezvous.replace("PORT", Integer.toString(port));
    assertThatThrownBy(() -> builder("a", written).worldSize(1).rank(0).join())
        .isInstanceOfAny(IllegalArgumentException.class, JoinException.class);
    assertFree();
  }

  /** The port of the rendezvous is free again, for its next host. */
  private void assertFree() {
    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,2", "1,2", "-1,0"})
  void aGroupThatDoesNotComeTogetherInTimeLeavesNothing(int rank, int size) {
    Worker.Builder builder = builder("a", place() + (rank < 0 ? "?host=false" : ""));
    if (size > 0) {
      builder.rank(rank).worldSize(size);
    }
    assertThatThrownBy(builder::join).isInstanceOf(JoinException.class);
    assertFree();
  }

  @Test
  void aHostNameThatDoesNotExistLeavesNothing() {
    assertThatThrownBy(() -> builder("a", "tcp://no-such-host.invalid:" + port).join())
        .isInstanceOf(JoinException.class);
  }

  @Test
  void aPortThatAnotherProgramHasLeavesNothing() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> builder("a", place()).rank(0).worldSize(2).join())
          .isInstanceOf(JoinException.class);
      assertThat(taken.isClosed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3.4:0", "127.0.0.1:70000", "127.0.0.1", "no-such-host.invalid:0"})
  void anAddressToListenAtThatIsNoneOfThisMachineLeavesNothing(String address) {
    assertThatThrownBy(
            () -> builder("a", place()).secret("s").listen(address).rank(0).worldSize(1).join())
        .isInstanceOfAny(IllegalArgumentException.class, JoinException.class);
    assertFree();
  }

  @Test
  void anAddressToAdvertiseThatMakesNoSenseLeavesNothing() {
    assertThatThrownBy(
            () ->
                builder("a", place())
                    .listen("127.0.0.1:0")
                    .advertise("no address")
                    .rank(0)
                    .worldSize(2)
                    .join())
        .isInstanceOfAny(IllegalArgumentException.class, JoinException.class);
    assertFree();
  }

  @Test
  void aWrongSecretLeavesNothing() {
    try (Worker host = patient("host", place()).rank(0).worldSize(1).secret("right").join()) {
      Set<String> withHost = now();
      assertThatThrownBy(() -> builder("a", place() + "?host=false").secret("wrong").join())
          .isInstanceOfAny(RefusedException.class, JoinException.class);
      assertThatThrownBy(() -> builder("a", place() + "?host=false").join())
          .isInstanceOfAny(RefusedException.class, JoinException.class);
      Awaitility.await().untilAsserted(() -> assertThat(withHost).containsAll(now()));
      assertThat(host.self().rpcSync(() -> 1)).isEqualTo(1);
    }
  }

  private static Set<String> now() {
    try {
      return open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNameThatIsTakenLeavesNothing() {
    try (Worker host = patient("host", place()).join()) {
      Set<String> withHost = now();
      assertThatThrownBy(() -> builder("host", place()).join()).isInstanceOf(JoinException.class);
      Awaitility.await().untilAsserted(() -> assertThat(withHost).containsAll(now()));
      assertThat(host.self().rpcSync(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void certificatesThatCannotBeReadLeaveNothing() {
    Tls missing = Tls.pem(Path.of("/no/cert"), Path.of("/no/key"), Path.of("/no/ca"));
    assertThatThrownBy(() -> builder("a", place()).tls(missing).rank(0).worldSize(1).join())
        .isInstanceOf(IllegalArgumentException.class);
    assertFree();
  }

  @Test
  void certificatesOfAnotherAuthorityLeaveNothing() throws Exception {
    Tls ours = new Certificates().tls("host");
    Tls others = new Certificates().tls("a");
    try (Worker host =
        patient("host", place())
            .tls(ours)
            .rank(0)
            .worldSize(1)
            .joinTimeout(Duration.ofSeconds(20))
            .join()) {
      Set<String> withHost = now();
      assertThatThrownBy(() -> builder("a", place() + "?host=false").tls(others).join())
          .isInstanceOfAny(RefusedException.class, JoinException.class);
      assertThatThrownBy(() -> builder("a", place() + "?host=false").join())
          .isInstanceOfAny(RefusedException.class, JoinException.class);
      Awaitility.await().untilAsserted(() -> assertThat(withHost).containsAll(now()));
      assertThat(host.self().rpcSync(() -> 1)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "file", "mem"})
  void anInterruptedJoinLeavesNothing(String scheme) throws Exception {
    String where =
        switch (scheme) {
          case "tcp" -> place();
          case "file" -> directory.resolve("group").toUri().toString();
          default -> "mem://failing-joins";
        };
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread joining =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    builder("a", where)
                        .rank(0)
                        .worldSize(2)
                        .joinTimeout(Duration.ofMinutes(1))
                        .join();
                  } catch (Throwable e) {
                    failure.complete(e);
                  }
                });
    Awaitility.await()
        .until(
            () ->
                scheme.equals("tcp")
                    ? isRunning("farref-a-store-user-1")
                    : joining.getState() == Thread.State.TIMED_WAITING);
    joining.interrupt();
    assertThat(failure.get(20, TimeUnit.SECONDS))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("interrupted");
    joining.join();
    assertFree();
  }

  private static boolean isRunning(String thread) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(each -> each.getName().equals(thread));
  }

  @Test
  void aDirectoryThatCannotBeUsedLeavesNothing() throws Exception {
    Path file = Files.createFile(directory.resolve("a file"));
    assertThatThrownBy(() -> builder("a", file.toUri().toString()).join())
        .isInstanceOf(JoinException.class);
    Path group = Files.createDirectory(directory.resolve("group"));
    // The lock file cannot be opened for writing.
    Path lock = Files.createDirectory(group.resolve("farref.lock"));
    assertThatThrownBy(() -> builder("a", group.toUri().toString()).join())
        .isInstanceOf(JoinException.class);
    // The state cannot be removed.
    Files.delete(lock);
    Path state = Files.createDirectories(group.resolve("farref.state"));
    Files.createFile(state.resolve("inside"));
    assertThatThrownBy(() -> builder("a", group.toUri().toString()).join())
        .isInstanceOf(JoinException.class);
    assertThat(group).isDirectoryContaining(each -> each.equals(state));
    assertThat(group.toFile().list()).containsExactly("farref.state");
    Files.delete(state.resolve("inside"));
    Files.delete(state);
    Files.delete(file);
  }
}
