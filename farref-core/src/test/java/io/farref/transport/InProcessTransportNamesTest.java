package io.farref.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class InProcessTransportNamesTest {
  private final InProcessTransport world = new InProcessTransport();

  @Test
  void thePrefixMayBeLeftOut() throws IOException {
    try (Transport.Listener listener = world.listen("a")) {
      assertThat(listener.address()).isEqualTo("inproc:a");
      world.connect("a", -1).close();
      world.connect("inproc:a", -1).close();
    }
  }

  @Test
  void portZeroPicksAFreeNumber() throws IOException {
    try (Transport.Listener first = world.listen("127.0.0.1:0");
        Transport.Listener second = world.listen("127.0.0.1:0")) {
      assertThat(first.address()).isEqualTo("inproc:127.0.0.1:1");
      assertThat(second.address()).isEqualTo("inproc:127.0.0.1:2");
    }
  }

  @Test
  void aNameInUseIsRefused() throws IOException {
    try (Transport.Listener _ = world.listen("a")) {
      assertThatThrownBy(() -> world.listen("inproc:a"))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("inproc:a");
    }
  }

  @Test
  void aListenerOfAnotherInstanceIsNotFoundAndTheErrorNamesThoseThatAre() throws IOException {
    try (Transport.Listener _ = world.listen("a")) {
      assertThatThrownBy(() -> new InProcessTransport().connect("a", -1))
          .isInstanceOf(ConnectException.class);
      assertThatThrownBy(() -> world.connect("b", -1)).hasMessageContaining("[a]");
    }
  }

  @Test
  void closingAListenerEndsConnectionsThatWereNotAccepted() throws IOException {
    Transport.Listener listener = world.listen("a");
    Link dialer = world.connect("a", -1);
    listener.close();

    assertThat(dialer.read(ByteBuffer.allocate(1), -1)).isEqualTo(-1);
  }

  @Test
  void aPairIsConnectedBothWays() throws IOException {
    Link[] pair = InProcessTransport.pair();
    for (int from = 0; from < 2; from++) {
      pair[from].write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2})}, 0, 1);
      assertThat(pair[1 - from].read(ByteBuffer.allocate(5), -1)).isEqualTo(2);
    }
    pair[0].close();
    assertThat(pair[1].read(ByteBuffer.allocate(1), -1)).isEqualTo(-1);
  }
}
