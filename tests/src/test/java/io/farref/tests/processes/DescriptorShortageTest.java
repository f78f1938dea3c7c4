package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.RpcException;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import io.farref.transport.shm.ShmTransport;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker in a process that has no file descriptors left says so, and works when it has again. */
@Timeout(120)
@ExtendWith(NoLeaks.class)
class DescriptorShortageTest {
  private static final List<FileInputStream> EATEN = new ArrayList<>();

  @TempDir static Path directory;

  private static String classPath;

  private String place;
  private Jvm jvmB;
  private Worker a;
  private Peer b;

  /** Classes in archives, which stay open: a class in a directory needs a descriptor to be read. */
  @BeforeAll
  static void archiveClasses() throws IOException {
    List<String> entries = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path entry = Path.of(each);
      if (Files.isDirectory(entry)) {
        Path jar = directory.resolve(entries.size() + ".jar");
        archive(entry, jar);
        entries.add(jar.toString());
      } else if (entry.getFileName().toString().startsWith("farref")) {
        entries.add(each);
      }
    }
    classPath = String.join(File.pathSeparator, entries);
  }

  private static void archive(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
  }

  @BeforeEach
  void join() throws Exception {
    place = "tcp://127.0.0.1:" + Ports.free();
    jvmB =
        Jvm.start(
            Map.of(
                "FARREF_RENDEZVOUS", place + "?host=false",
                "FARREF_NAME", "b",
                "FARREF_SAME_HOST", "auto",
                "FARREF_SESSION_TIMEOUT", "6"),
            List.of("sh", "-c", "ulimit -n 100 && exec \"$@\"", "sh"),
            classPath,
            List.of());
    a = joinHere("a", place);
    assertThat(jvmB.result()).startsWith("JOINED b");
    Awaitility.await().until(() -> a.peers().size() == 2);
    b = a.peer("b");
  }

  @AfterEach
  void close() throws Exception {
    a.closeNow();
    jvmB.close();
  }

  private static Worker joinHere(String name, String place) {
    return Worker.builder()
        .name(name)
        .rendezvous(place)
        .sameHost(SameHost.AUTO)
        .sessionTimeout(Duration.ofSeconds(6))
        .joinTimeout(Duration.ofSeconds(60))
        .allow("io.farref.tests")
        .join();
  }

  /** Opens files until no more can be opened, and then leaves that many descriptors. */
  private static int eat(int left) throws IOException {
    int count = 0;
    try {
      while (true) {
        EATEN.add(new FileInputStream("/dev/null"));
        count++;
      }
    } catch (IOException e) {
      for (int i = 0; i < left; i++) {
        EATEN.removeLast().close();
      }
    }
    return count;
  }

  private static int giveBack() throws IOException {
    for (FileInputStream each : EATEN) {
      each.close();
    }
    EATEN.clear();
    return 0;
  }

  /** Joins another group with that many descriptors, and says how that went. */
  private static String joinWith(int descriptors) throws IOException {
    eat(descriptors);
    try (Worker another =
        Worker.builder()
            .name("another")
            .rendezvous("tcp://127.0.0.1:" + 1 + "?host=false")
            .joinTimeout(Duration.ofMillis(200))
            .join()) {
      return "joined " + another;
    } catch (RpcException e) {
      return e.getMessage();
    } finally {
      giveBack();
    }
  }

  /** Connects to itself through shared memory with that many descriptors. */
  private static String shareMemoryWith(int descriptors) throws IOException {
    ShmTransport transport = new ShmTransport();
    Transport.Listener listener = transport.listen("");
    eat(descriptors);
    try (Link link = transport.connect(listener.address(), TimeUnit.MILLISECONDS.toNanos(300))) {
      return "connected to " + link.remoteAddress();
    } catch (IOException e) {
      return e.getMessage();
    } finally {
      giveBack();
      listener.close();
    }
  }

  private static String callPeerWithout(String name) throws IOException {
    eat(0);
    try {
      return "answered " + Worker.current().peer(name).rpcSync(() -> 1);
    } catch (RpcException e) {
      return e.getMessage();
    } finally {
      giveBack();
    }
  }

  private void awaitLog(String... parts) {
    awaitLog(jvmB, parts);
  }

  private static void awaitLog(Jvm process, String... parts) {
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(process.said())
                    .as("log")
                    .anySatisfy(line -> assertThat(line).contains(parts)));
  }

  @Test
  void aWorkerThatCannotAcceptSaysSoAndAcceptsWhenItCanAgain() throws Exception {
    try (Worker c = joinHere("c", place)) {
      Awaitility.await().until(() -> c.peers().size() == 3);
      assertThat(b.rpcSync(() -> eat(0))).isPositive();
      CompletableFuture<Integer> call = c.peer("b").rpcAsync(() -> 7);
      awaitLog("cannot accept a connection", "no file descriptor left, its limit is 100");
      assertThat(b.rpcSync(DescriptorShortageTest::giveBack)).isZero();
      assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(7);
      assertThat(jvmB.said().stream().filter(line -> line.contains("no file descriptor")).count())
          .as("lines of the log, %s", jvmB.said())
          .isLessThan(10);
      c.closeNow();
    }
  }

  @Test
  void aHostOfTheStoreThatCannotAcceptSaysSoRestsAndAcceptsWhenItCanAgain() throws Exception {
    String own = "tcp://127.0.0.1:" + Ports.free();
    Jvm host =
        Jvm.start(
            Map.of("FARREF_RENDEZVOUS", own + "?host=true", "FARREF_NAME", "host"),
            List.of("sh", "-c", "ulimit -n 100 && exec \"$@\"", "sh"),
            classPath,
            List.of());
    assertThat(host.result()).startsWith("JOINED host");
    try (Worker member = joinHere("member", own)) {
      Peer toHost = member.peer("host");
      assertThat(toHost.rpcSync(() -> processorTime("store-accept"))).isNotNegative();
      assertThat(toHost.rpcSync(() -> eat(0))).isPositive();
      CompletableFuture<Worker> joining =
          CompletableFuture.supplyAsync(() -> joinHere("newcomer", own));
      String store = own.substring("tcp://".length());
      awaitLog(
          host,
          "the store at " + store + " cannot accept a connection",
          "no file descriptor left, its limit is 100");
      assertThat(toHost.rpcSync(() -> processorTime("store-accept")))
          .isLessThan(Duration.ofSeconds(1).toNanos());
      assertThat(joining).isNotDone();
      assertThat(toHost.rpcSync(DescriptorShortageTest::giveBack)).isZero();
      joining.get(30, TimeUnit.SECONDS).closeNow();
      assertThat(host.said().stream().filter(line -> line.contains("the store at")).count())
          .as("lines of the log, %s", host.said())
          .isLessThan(10);
      member.closeNow();
    } finally {
      host.close();
    }
  }

  private static long processorTime(String thread) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getAllThreadIds())
        .filter(id -> String.valueOf(threads.getThreadInfo(id)).contains(thread))
        .map(threads::getThreadCpuTime)
        .sum();
  }

  @Test
  void aWorkerThatCannotDialSaysSoInItsLogAndToTheCaller() throws Exception {
    try (Worker c = joinHere("c", place)) {
      b.runSync(() -> Awaiting.peers(3));
      assertThat(b.rpcSync(() -> callPeerWithout("c")))
          .contains("Too many open files", "no file descriptor left, its limit is 100");
      awaitLog("worker b cannot reach worker c", "no file descriptor left, its limit is 100");
      assertThat(a.peers()).as("c is not evicted for what b lacks").hasSize(3);
      assertThat(c.peer("a").rpcSync(() -> 1)).isEqualTo(1);
      c.closeNow();
    }
  }

  @Test
  void aCallThatWaitsForADescriptorIsMadeWhenThereIsOne() throws Exception {
    try (Worker c = joinHere("c", place)) {
      b.runSync(() -> Awaiting.peers(3));
      assertThat(b.rpcSync(() -> eat(0))).isPositive();
      CompletableFuture<Integer> call =
          b.rpcAsync(() -> Worker.current().peer("c").rpcSync(() -> 5));
      awaitLog("worker b cannot reach worker c", "no file descriptor left, its limit is 100");
      assertThat(b.rpcSync(DescriptorShortageTest::giveBack)).isZero();
      assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(5);
      c.closeNow();
    }
  }

  @Test
  void aJoinWithoutDescriptorsSaysSo() throws Exception {
    List<String> results = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int descriptors = i;
      results.add(b.rpcSync(() -> joinWith(descriptors)));
    }
    assertThat(results)
        .allMatch(each -> each.contains("no file descriptor left") || each.contains("refused"))
        .anyMatch(each -> each.startsWith("cannot listen on ") && each.contains("left"))
        .anyMatch(each -> each.contains("no store at tcp://127.0.0.1:1") && each.contains("left"));
  }

  @Test
  void sharedMemoryWithoutDescriptorsSaysSo() throws Exception {
    List<String> results = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      int descriptors = i;
      results.add(b.rpcSync(() -> shareMemoryWith(descriptors)));
    }
    assertThat(results)
        .allMatch(
            each ->
                each.contains("Too many open files")
                    || each.startsWith("no answer")
                    || each.startsWith("connected"))
        .anyMatch(each -> each.contains("memfd_create") && each.contains("Too many open files"))
        .anyMatch(each -> each.startsWith("connected"));
    awaitLog("cannot accept a connection on /", "no file descriptor left, its limit is 100");
  }

  /** Waits on the worker that runs this. */
  private static final class Awaiting {
    static void peers(int count) throws InterruptedException {
      while (Worker.current().peers().size() < count) {
        Thread.sleep(1);
      }
    }
  }
}
