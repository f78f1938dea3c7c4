package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.shm.ShmTransport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class ShmTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new ShmTransport();
  }

  @Override
  protected String listenAddress() {
    return "";
  }

  @Override
  protected String deafAddress() throws IOException {
    try (Transport.Listener listener = new ShmTransport().listen("")) {
      return listener.address();
    }
  }

  @Test
  void sharedMemoryIsAvailableWhereNativeAccessIsAllowed() {
    assertThat(ShmTransport.unavailable()).isNull();
  }

  @Test
  void aDialerConnectsBeforeItIsAccepted() throws Exception {
    Transport.Listener listener = listen();
    Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
    write(dialer, bytes(1, 2));

    assertThat(readFully(closedLater(listener.accept()), 2)).containsExactly(1, 2);
  }

  @Test
  void silentDialersDelayNoOther() throws Exception {
    Transport.Listener listener = listen();
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        silent.add(SocketChannel.open(UnixDomainSocketAddress.of(listener.address())));
      }
      silent.get(299).write(ByteBuffer.allocate(1)); // the first byte of many
      Link dialer = closedLater(subject().connect(listener.address(), 10 * SECOND));
      write(dialer, bytes(5));

      assertThat(readFully(closedLater(listener.accept()), 1)).containsExactly(5);
    } finally {
      for (SocketChannel each : silent) {
        each.close();
      }
    }
  }

  @Test
  void aDialerWithAnotherProtocolIsRefusedWithAReason() throws Exception {
    Transport.Listener listener = listen();
    try (SocketChannel stranger =
        SocketChannel.open(UnixDomainSocketAddress.of(listener.address()))) {
      stranger.write(ByteBuffer.allocate(40)); // as long as the message of a dialer
      ByteBuffer answer = ByteBuffer.allocate(1000);
      while (stranger.read(answer) >= 0) {
        // to the end
      }
      assertThat(new String(answer.array(), 1, answer.position() - 1, StandardCharsets.UTF_8))
          .contains("shared memory");
    }
  }

  @Test
  void aConnectorGivesUpOnASilentListener(@TempDir Path dir) throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    Path path = dir.resolve("silent");
    try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(path));

      assertThatThrownBy(() -> subject().connect(path.toString(), 50 * MILLI))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @Test
  void aRefusalArrivesWithItsReason(@TempDir Path dir) throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    Path path = dir.resolve("refusing");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Background<Void> refuser =
          inBackground(
              () -> {
                try (SocketChannel accepted = server.accept()) {
                  accepted.read(ByteBuffer.allocate(100));
                  accepted.write(ByteBuffer.wrap(new byte[] {2, 'n', 'o', '!'}));
                }
                return null;
              });

      assertThatThrownBy(() -> subject().connect(path.toString(), 10 * SECOND))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no!")
          .hasMessageContaining(path.toString());
      refuser.result();
    }
  }

  /** Would hang if waiting virtual threads blocked their carriers: there are at most 256. */
  @Test
  void moreVirtualThreadsThanCarriersMayWaitInLinks() throws Exception {
    List<Link> dialers = new ArrayList<>();
    List<CompletableFuture<Integer>> readers = new ArrayList<>();
    Transport.Listener listener = listen();
    for (int i = 0; i < 300; i++) {
      dialers.add(closedLater(subject().connect(listener.address(), -1)));
      Link acceptor = closedLater(listener.accept());
      var read = new CompletableFuture<Integer>();
      readers.add(read);
      Thread.ofVirtual().start(() -> read.complete((int) uncheckedReadFully(acceptor, 1)[0]));
    }
    for (Link dialer : dialers) {
      write(dialer, bytes(3));
    }
    for (CompletableFuture<Integer> reader : readers) {
      assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo(3);
    }
  }

  @Test
  void aVirtualWriterWaitsForSpaceAndLosesNothing() throws Exception {
    Ends ends = connect();
    byte[] sent = random(manyBytes());
    Thread writer =
        Thread.ofVirtual().start(() -> uncheckedWrite(ends.dialer(), ByteBuffer.wrap(sent)));

    assertThat(readFully(ends.acceptor(), sent.length)).isEqualTo(sent);
    writer.join();
  }

  @Test
  void anInterruptEndsTheWaitOfAVirtualReader() throws Exception {
    Ends ends = connect();
    var read = new CompletableFuture<Integer>();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    read.complete(ends.dialer().read(ByteBuffer.allocate(1), -1));
                  } catch (IOException e) {
                    read.completeExceptionally(e);
                  }
                });
    reader.interrupt();

    assertThat(read.get(10, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void aCapacityThatIsNotAPowerOfTwoIsRefused() {
    assertThatThrownBy(() -> new ShmTransport(100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000");
  }
}
