package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.testkit.ShmPeer.Deed;
import io.farref.testkit.ShmPeer.Side;
import io.farref.transport.shm.ShmTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One process of a connection through shared memory is killed: the other one notices at once. */
@ExtendWith(NoLeaks.class)
class ShmCrashTest {
  private static final Duration NOTICED = Duration.ofSeconds(1);
  private static final Path DEV_SHM = Path.of("/dev/shm");

  private List<String> filesBefore;
  private long descriptorsBefore;
  private long mappingsBefore;

  @BeforeEach
  void count() throws IOException {
    try (Transport.Listener listener = new ShmTransport().listen("");
        Link dialer = new ShmTransport().connect(listener.address(), -1);
        Link acceptor = listener.accept()) {
      // What a JVM creates only once exists now.
      acceptor.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1);
      dialer.read(ByteBuffer.allocate(1), -1);
    }
    await("no memory is mapped", () -> mappings() == 0);
    filesBefore = files();
    descriptorsBefore = steadyDescriptors();
    mappingsBefore = mappings();
  }

  @AfterEach
  void nothingIsLeft() {
    await("no memory is mapped", () -> mappings() <= mappingsBefore);
    await("no descriptors are open", () -> descriptors() <= descriptorsBefore);
    assertThat(files()).isEqualTo(filesBefore);
  }

  @ParameterizedTest
  @EnumSource
  void aSleepingReaderNoticesThatTheOtherProcessWasKilled(Side killed) throws Exception {
    try (ShmPeer peer = ShmPeer.start(killed, Deed.SAYS_SOMETHING)) {
      readFully(peer.link(), ShmPeer.SAID);
      Background<Integer> reader =
          Background.run(() -> peer.link().read(ByteBuffer.allocate(1), -1)).awaitIdle();
      peer.kill();

      assertLost(reader);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSpinningReaderNoticesThatTheOtherProcessWasKilled(Side killed) throws Exception {
    try (ShmPeer peer = ShmPeer.start(killed, Deed.ECHOES)) {
      Background<Void> caller =
          Background.run(
              () -> {
                while (true) {
                  write(peer.link(), 32);
                  readFully(peer.link(), 32);
                }
              });
      await("it calls", () -> caller.cpuNanos() > 200_000_000);
      peer.kill();

      assertLost(caller);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriterIntoAFullRingNoticesThatTheOtherProcessWasKilled(Side killed) throws Exception {
    try (ShmPeer peer = ShmPeer.start(killed, Deed.SAYS_SOMETHING)) {
      Background<Void> writer =
          Background.<Void>run(
                  () -> {
                    write(peer.link(), 64 << 20);
                    return null;
                  })
              .awaitIdle();
      assertThat(writer.isDone()).isFalse();
      peer.kill();

      assertLost(writer);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriterToABusyReaderNoticesThatTheOtherProcessWasKilled(Side killed) throws Exception {
    try (ShmPeer peer = ShmPeer.start(killed, Deed.ECHOES)) {
      Background<Void> reader =
          Background.run(
              () -> {
                while (true) {
                  readFully(peer.link(), 1 << 20);
                }
              });
      Background<Void> writer =
          Background.run(
              () -> {
                while (true) {
                  write(peer.link(), 1 << 20);
                }
              });
      await("it writes", () -> writer.cpuNanos() > 200_000_000);
      peer.kill();

      assertLost(writer);
      assertLost(reader);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesWrittenBeforeTheEndCanBeRead(Side killed) throws Exception {
    try (ShmPeer peer = ShmPeer.start(killed, Deed.SAYS_SOMETHING)) {
      readFully(peer.link(), 1);
      peer.kill();
      readFully(peer.link(), ShmPeer.SAID - 1);

      assertThatThrownBy(() -> peer.link().read(ByteBuffer.allocate(1), -1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("killed");
      assertThatThrownBy(() -> write(peer.link(), 1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void manyConnectionsLeaveNothing() throws Exception {
    var shm = new ShmTransport();
    for (int i = 0; i < 200; i++) {
      try (Transport.Listener listener = shm.listen("");
          Link dialer = shm.connect(listener.address(), -1);
          Link acceptor = listener.accept()) {
        write(dialer, 100);
        readFully(acceptor, 100);
      }
      assertThat(mappings()).isLessThan(20);
    }
  }

  private static void assertLost(Background<?> waiting) {
    long start = System.nanoTime();
    assertThatThrownBy(waiting::result)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("killed");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NOTICED);
  }

  private static void readFully(Link link, int count) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(count);
    while (dst.hasRemaining()) {
      if (link.read(dst, -1) < 0) {
        throw new IOException("the end");
      }
    }
  }

  private static void write(Link link, int count) throws IOException {
    link.write(new ByteBuffer[] {ByteBuffer.allocate(count)}, 0, 1);
  }

  private static List<String> files() {
    return list(DEV_SHM).sorted().toList();
  }

  private static long descriptors() {
    return list(Path.of("/proc/self/fd")).count();
  }

  /** When threads that are about to end have ended. */
  private static long steadyDescriptors() {
    long last = -1;
    for (long now = descriptors(); now != last; now = descriptors()) {
      last = now;
      LockSupport.parkNanos(20_000_000);
    }
    return last;
  }

  private static long mappings() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("memfd:farref")).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> list(Path directory) {
    try (Stream<Path> found = Files.list(directory)) {
      return found.map(Path::toString).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
