package io.farref.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class TcpTransportTest extends TransportContract {
  @Override
  protected Transport transport() {
    return new TcpTransport();
  }

  @Override
  protected String listenAddress() {
    return "127.0.0.1:0";
  }

  @Override
  protected String deafAddress() throws IOException {
    return deafTcpAddress();
  }

  static String deafTcpAddress() throws IOException {
    try (Transport.Listener listener = new TcpTransport().listen("127.0.0.1:0")) {
      return listener.address();
    }
  }

  /** Would hang if waiting virtual threads blocked their carriers: there are at most 256. */
  @Test
  void moreVirtualThreadsThanCarriersMayWaitInLinks() throws Exception {
    int count = 300;
    TcpTransport tcp = new TcpTransport();
    List<Link> dialers = new ArrayList<>();
    List<Link> acceptors = new ArrayList<>();
    List<CompletableFuture<Integer>> readers = new ArrayList<>();
    try (Transport.Listener listener = tcp.listen("127.0.0.1:0");
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        dialers.add(tcp.connect(listener.address(), -1));
        Link acceptor = listener.accept();
        acceptors.add(acceptor);
        readers.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return acceptor.read(ByteBuffer.allocate(1), -1);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                },
                virtual));
      }
      for (Link dialer : dialers) {
        CompletableFuture.runAsync(
                () -> {
                  try {
                    dialer.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                },
                virtual)
            .get(10, TimeUnit.SECONDS);
      }
      for (CompletableFuture<Integer> reader : readers) {
        assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      }
    } finally {
      dialers.forEach(Link::close);
      acceptors.forEach(Link::close);
    }
  }

  @Test
  void anInterruptEndsTheWaitOfAVirtualReader() throws Exception {
    TcpTransport tcp = new TcpTransport();
    try (Transport.Listener listener = tcp.listen("127.0.0.1:0");
        Link dialer = tcp.connect(listener.address(), -1)) {
      var read = new CompletableFuture<Integer>();
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      read.complete(dialer.read(ByteBuffer.allocate(1), -1));
                    } catch (IOException e) {
                      read.completeExceptionally(e);
                    }
                  });
      reader.interrupt();
      assertThat(read.get(10, TimeUnit.SECONDS)).isZero();
    }
  }

  /** The kernel resets a connection that is closed with unread input, and drops its buffers. */
  @Test
  void moreBytesThanTheReceiverHoldsArriveAlsoIfTheWriterClosesWithUnreadInput() throws Exception {
    TcpTransport tcp = new TcpTransport();
    byte[] sent = new byte[2 << 20];
    new Random(1).nextBytes(sent);
    try (Transport.Listener listener = tcp.listen("127.0.0.1:0")) {
      Link dialer = tcp.connect(listener.address(), -1);
      Link acceptor = listener.accept();
      acceptor.write(new ByteBuffer[] {ByteBuffer.allocate(1000)}, 0, 1);
      dialer.write(new ByteBuffer[] {ByteBuffer.wrap(sent)}, 0, 1);
      dialer.close();

      ByteBuffer received = ByteBuffer.allocate(sent.length);
      while (received.hasRemaining() && acceptor.read(received, -1) > 0) {
        // reads on
      }
      acceptor.close();
      assertThat(received.array()).isEqualTo(sent);
    }
  }
}
