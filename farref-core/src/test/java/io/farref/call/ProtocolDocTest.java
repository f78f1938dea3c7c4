package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.call.client.ClientConnection;
import io.farref.call.server.ServerConnection;
import io.farref.fuzz.ScriptedLink;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ProtocolPage;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of frames in docs/protocol.md is that of the code. */
class ProtocolDocTest {
  private static final int LAST_OF_HANDSHAKE = Frame.REJECT;

  private final Side side = Side.of("doc");

  @AfterEach
  void stop() {
    side.stop();
  }

  @Test
  void thePageHasTheKindsOfFramesWithTheirNumbers() throws IOException {
    Map<String, String> kinds =
        Arrays.stream(Frame.class.getFields())
            .filter(
                field -> Modifier.isStatic(field.getModifiers()) && field.getType() == byte.class)
            .collect(Collectors.toMap(Field::getName, ProtocolDocTest::value));
    Map<String, String> documented =
        ProtocolPage.table("kind", "name").stream()
            .collect(Collectors.toMap(row -> row.get(1), List::getFirst));
    assertThat(new TreeMap<>(documented)).isEqualTo(new TreeMap<>(kinds));
    kinds.forEach(
        (name, number) -> assertThat(Frame.name(Integer.parseInt(number))).isEqualTo(name));
  }

  @Test
  void eachEndTakesTheFramesThatThePageLetsTheOtherSend() throws Exception {
    for (List<String> row : ProtocolPage.table("kind", "name")) {
      byte kind = Byte.parseByte(row.getFirst());
      if (kind > LAST_OF_HANDSHAKE) {
        String sender = row.get(2);
        assertThat(isUnexpected(kind, this::acceptor))
            .as(row + " sent by the dialer")
            .isEqualTo(sender.startsWith("acceptor"));
        assertThat(isUnexpected(kind, this::dialer))
            .as(row + " sent by the acceptor")
            .isEqualTo(sender.startsWith("dialer"));
      }
    }
  }

  private CompletableFuture<Throwable> acceptor(ScriptedLink link) {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    new ServerConnection(side.runtime(), 2, (_, _, cause) -> end.complete(cause))
        .start(new EstablishedLink(link, 0, ConnectionSettings.UNKNOWN));
    return end;
  }

  private CompletableFuture<Throwable> dialer(ScriptedLink link) {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    new ClientConnection(side.runtime(), 2, (_, _, cause) -> end.complete(cause))
        .start(() -> new EstablishedLink(link, 0, ConnectionSettings.UNKNOWN));
    return end;
  }

  /** Whether an end of a connection says of a frame that it is not for it. */
  private static boolean isUnexpected(
      byte kind, Function<ScriptedLink, CompletableFuture<Throwable>> receiver) throws Exception {
    Output frame = new Output(32);
    int at = FrameWriter.begin(frame, kind);
    frame.writeLong(0);
    FrameWriter.end(frame, at);
    Throwable end = receiver.apply(new ScriptedLink(frame.toByteArray())).get(20, TimeUnit.SECONDS);
    return end instanceof MalformedException malformed
        && String.valueOf(malformed.getMessage()).startsWith("unexpected " + Frame.name(kind));
  }

  private static String value(Field field) {
    try {
      return String.valueOf(field.getByte(null));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
