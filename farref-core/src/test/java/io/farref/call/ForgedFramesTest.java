package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RpcException;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.server.ServerConnection;
import io.farref.fuzz.ScriptedLink;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ReplyHead;
import io.farref.wire.Window;
import java.io.EOFException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Frames of a member at a time or with a content that no worker of ours would send: they change
 * nothing, and the connection reads on to its end, or it ends with a reason.
 */
class ForgedFramesTest {
  private static final RemoteCallable<Integer, RuntimeException> ONE = () -> 1;
  private static final int MANY = 100_000;
  private static final long PATIENCE_SECONDS = 20;

  private final Side side = Side.of("victim", Limits.DEFAULT.withMaxSymbols(3));
  private final Output said = new Output(64);
  private final CompletableFuture<Throwable> end = new CompletableFuture<>();
  private final AtomicInteger declaredDead = new AtomicInteger();
  private volatile boolean orderly;
  private final Connection.Listener listener =
      new Connection.Listener() {
        @Override
        public void ended(Connection connection, boolean goodbye, Throwable cause) {
          orderly = goodbye;
          end.complete(cause);
        }

        @Override
        public void declaredDead(Connection connection) {
          declaredDead.incrementAndGet();
        }
      };

  @AfterEach
  void stop() {
    side.stop();
  }

  private void say(byte kind, Consumer<Output> payload) {
    int at = FrameWriter.begin(said, kind);
    payload.accept(said);
    FrameWriter.end(said, at);
  }

  private void say(byte kind) {
    say(kind, _ -> {});
  }

  private ServerConnection hearAsAcceptor() {
    ServerConnection server = new ServerConnection(side.runtime(), 2, listener);
    server.start(
        new EstablishedLink(new ScriptedLink(said.toByteArray()), 0, ConnectionSettings.UNKNOWN));
    return server;
  }

  private ClientConnection hearAsDialer() {
    ClientConnection client = new ClientConnection(side.runtime(), 2, listener);
    client.start(
        () ->
            new EstablishedLink(
                new ScriptedLink(said.toByteArray()), 0, ConnectionSettings.UNKNOWN));
    return client;
  }

  private void assertHeardAll() throws Exception {
    assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(EOFException.class);
  }

  private void assertEnds(Class<? extends Throwable> type, String why) throws Exception {
    assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(type)
        .hasMessageContaining(why);
  }

  @Test
  void heartbeatsWithoutEndCostTheirReaderOnly() throws Exception {
    for (int i = 0; i < MANY; i++) {
      say(Frame.PING);
    }
    hearAsAcceptor();
    assertHeardAll();
    assertThat(orderly).isFalse();
  }

  @Test
  void framesAfterAGoodbyeAreReadAndTheEndIsOrderly() throws Exception {
    say(Frame.GOODBYE);
    say(Frame.GOODBYE);
    say(Frame.PING);
    hearAsAcceptor();
    assertHeardAll();
    assertThat(orderly).isTrue();
  }

  @Test
  void aDeclarationOfDeathIsReportedAndEndsNothingByItself() throws Exception {
    say(Frame.DECLARED_DEAD);
    say(Frame.PING);
    hearAsDialer();
    assertHeardAll();
    assertThat(declaredDead).hasValue(1);
  }

  @Test
  void aCancelOfACallThatDoesNotExistDoesNothing() throws Exception {
    for (long call : new long[] {0, 1, 5, Long.MAX_VALUE, -1}) {
      say(Frame.CANCEL, out -> out.writeVarLong(call));
    }
    ServerConnection server = hearAsAcceptor();
    assertHeardAll();
    assertThat(server.runningCalls()).isZero();
  }

  @Test
  void aReplyToACallThatWasNotMadeIsThrownAwayWithoutBeingDecoded() throws Exception {
    for (long call : new long[] {0, 7, Long.MAX_VALUE, -1}) {
      say(
          Frame.REPLY,
          out -> {
            new ReplyHead(0, call).write(out);
            out.writeByte(0xFF); // no value begins so
          });
    }
    ClientConnection client = hearAsDialer();
    assertHeardAll();
    assertThat(client.unansweredCalls()).isZero();
  }

  @Test
  void aSecondReplyToACallIsThrownAway() throws Exception {
    for (int i = 0; i < 2; i++) {
      say(
          Frame.REPLY,
          out -> {
            new ReplyHead(0, 1).write(out);
            out.writeByte(0); // null
          });
    }
    ClientConnection client = new ClientConnection(side.runtime(), 2, listener);
    PendingCall<Integer> call = client.call(Request.onWorker(ONE, 0, TimeUnit.MINUTES.toNanos(1)));
    client.start(
        () ->
            new EstablishedLink(
                new ScriptedLink(said.toByteArray()), 0, ConnectionSettings.UNKNOWN));
    assertThat((Object) call.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNull();
    assertHeardAll();
    assertThat(client.unansweredCalls()).isZero();
  }

  @Test
  void aSecondWindowIsMalformed() throws Exception {
    for (int i = 0; i < 2; i++) {
      say(Frame.WINDOW, new Window(8, 64 << 10)::write);
    }
    hearAsDialer();
    assertEnds(MalformedException.class, "a second window");
  }

  @Test
  void aWindowThatIsSmallerThanAnyIsMalformed() throws Exception {
    say(
        Frame.WINDOW,
        out -> {
          out.writeVarInt(0);
          out.writeVarLong(0);
        });
    hearAsDialer();
    assertEnds(MalformedException.class, "a window of 0 calls");
  }

  @Test
  void creditForNoCallIsMalformed() throws Exception {
    say(
        Frame.CREDIT,
        out -> {
          out.writeVarInt(-3);
          out.writeVarLong(-1);
        });
    ClientConnection client = hearAsDialer();
    assertEnds(MalformedException.class, "credit for -3 calls");
    assertThat(client.unansweredCalls()).isZero();
  }

  @Test
  void moreDefinitionsThanTheLimitEndTheConnection() throws Exception {
    for (int i = 0; i < 4; i++) {
      byte[] bytes = FrameWriter.define(i, new byte[] {'T', (byte) i});
      said.writeBytes(bytes, 0, bytes.length);
    }
    hearAsAcceptor();
    assertEnds(RefusedException.class, "limit maxSymbols is 3, but got 4");
  }

  @Test
  void definitionsThatAreTooLargeTogetherEndTheConnection() throws Exception {
    for (int i = 0; i < 3; i++) {
      byte[] bytes = FrameWriter.define(i, new byte[400_000]);
      said.writeBytes(bytes, 0, bytes.length);
    }
    hearAsAcceptor();
    assertEnds(RefusedException.class, "1048576 bytes");
  }

  @Test
  void aDefinitionOutOfOrderIsMalformed() throws Exception {
    byte[] bytes = FrameWriter.define(1, new byte[] {'T'});
    said.writeBytes(bytes, 0, bytes.length);
    hearAsAcceptor();
    assertEnds(MalformedException.class, "symbol 1");
  }

  @Test
  void theHandshakeIsNotRepeated() throws Exception {
    for (byte kind : new byte[] {Frame.HELLO, Frame.PROOF, Frame.WELCOME, Frame.REJECT}) {
      said.truncate(0);
      say(kind, out -> out.writeLong(0));
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      new ServerConnection(side.runtime(), 2, (_, _, cause) -> ended.complete(cause))
          .start(
              new EstablishedLink(
                  new ScriptedLink(said.toByteArray()), 0, ConnectionSettings.UNKNOWN));
      assertThat(ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("unexpected " + Frame.name(kind));
    }
  }

  @Test
  void callsOfAConnectionThatAForgedFrameEndsFail() throws Exception {
    say((byte) 99);
    ClientConnection client = new ClientConnection(side.runtime(), 2, listener);
    PendingCall<Integer> call = client.call(Request.onWorker(ONE, 0, TimeUnit.MINUTES.toNanos(1)));
    client.start(
        () ->
            new EstablishedLink(
                new ScriptedLink(said.toByteArray()), 0, ConnectionSettings.UNKNOWN));
    assertEnds(MalformedException.class, "unexpected kind 99");
    try {
      call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("the call has a value");
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(RpcException.class);
    }
  }
}
