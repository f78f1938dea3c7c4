package io.farref.call;

import io.farref.RemoteCallable;
import io.farref.RpcException;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.server.ServerConnection;
import io.farref.fuzz.ScriptedLink;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.CallHead;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.FrameWriter;
import io.farref.wire.StreamHeader;
import io.farref.wire.StreamHeader.Attachment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whatever bytes a peer sends after the handshake, the connection ends and reports why. */
public final class ConnectionFuzz {
  private static final Side SIDE = Side.of("fuzz");
  private static final long PATIENCE_SECONDS = 20;

  private ConnectionFuzz() {}

  /** The first byte chooses whether the callee or the caller receives the rest. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    ScriptedLink link = new ScriptedLink(Arrays.copyOfRange(input, 1, input.length));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Connection.Listener listener = (_, orderly, cause) -> end.complete(cause);
    if ((input[0] & 1) == 0) {
      ServerConnection server = new ServerConnection(SIDE.runtime(), 2, listener);
      server.start(new EstablishedLink(link, 0, ConnectionSettings.UNKNOWN));
      check(end);
    } else {
      ClientConnection client = new ClientConnection(SIDE.runtime(), 2, listener);
      List<PendingCall<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RemoteCallable<Integer, RuntimeException> function = () -> 1;
        calls.add(client.call(Request.onWorker(function, 0, TimeUnit.MINUTES.toNanos(1))));
      }
      client.start(() -> new EstablishedLink(link, 0, ConnectionSettings.UNKNOWN));
      check(end);
      for (PendingCall<Integer> each : calls) {
        try {
          each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          // a reply may say anything
        } catch (TimeoutException e) {
          throw new AssertionError("a call survives its connection", e);
        }
      }
      if (client.pendingCalls() != 0) {
        throw new AssertionError(client.pendingCalls() + " calls are left");
      }
    }
  }

  private static void check(CompletableFuture<Throwable> end) throws Exception {
    Throwable cause;
    try {
      cause = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the connection does not end", e);
    }
    boolean expected =
        cause instanceof IOException
            || cause instanceof MalformedException
            || cause instanceof RpcException;
    if (!expected) {
      throw new AssertionError("an end that nobody foresaw", cause);
    }
  }

  /** The bytes that two workers exchange for some calls, in each direction. */
  public static List<byte[]> seeds() throws Exception {
    byte[] bytes = new byte[1_500];
    RemoteCallable<Integer, RuntimeException> plain = () -> 1;
    RemoteCallable<byte[], RuntimeException> outOfBand = () -> bytes;
    RemoteCallable<Integer, RuntimeException> failing =
        () -> {
          throw new IllegalStateException("thrown there");
        };
    RemoteCallable<CompletionStage<Integer>, RuntimeException> composed =
        () -> CompletableFuture.completedFuture(2);
    List<byte[]> seeds = new ArrayList<>();
    seeds.addAll(talk(plain, 0));
    seeds.addAll(talk(outOfBand, 0));
    seeds.addAll(talk(failing, 0));
    seeds.addAll(talk(composed, CallHead.COMPOSE));
    seeds.add(inChunks(0));
    seeds.add(inChunks(1));
    return seeds;
  }

  private static List<byte[]> talk(Object function, int flags) throws Exception {
    Link[] links = InProcessTransport.pair();
    Tee caller = new Tee(links[0]);
    Tee callee = new Tee(links[1]);
    Side one = Side.of("seeds");
    ServerConnection server = new ServerConnection(SIDE.runtime(), 2, (_, _, _) -> {});
    ClientConnection client = new ClientConnection(one.runtime(), 2, (_, _, _) -> {});
    server.start(new EstablishedLink(callee, 0, ConnectionSettings.UNKNOWN));
    client.start(() -> new EstablishedLink(caller, 0, ConnectionSettings.UNKNOWN));
    for (int i = 0; i < 2; i++) { // the second has no definitions
      try {
        client
            .call(Request.onWorker(function, flags, TimeUnit.MINUTES.toNanos(1)))
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // what the function throws
      }
    }
    client.fail(new IOException("enough"));
    server.fail(new IOException("enough"));
    one.stop();
    return List.of(caller.said(0), callee.said(1));
  }

  private static byte[] inChunks(int choice) {
    Output out = new Output(64);
    out.writeByte(choice);
    write(out, FrameWriter.open(new StreamHeader(1, 4, List.of(new Attachment(Memory.BYTES, 8)))));
    for (int i = 0; i < 3; i++) { // the buffer, and a body
      write(out, FrameWriter.data(1, 4));
      write(out, new byte[] {1, 2, 3, 4});
    }
    write(out, FrameWriter.reset(1));
    return out.toByteArray();
  }

  private static void write(Output out, byte[] bytes) {
    out.writeBytes(bytes, 0, bytes.length);
  }

  /** A link that remembers what was written. */
  private static final class Tee implements Link {
    private final Link below;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    Tee(Link below) {
      this.below = below;
    }

    synchronized byte[] said(int choice) {
      ByteArrayOutputStream seed = new ByteArrayOutputStream();
      seed.write(choice);
      seed.writeBytes(written.toByteArray());
      return seed.toByteArray();
    }

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
      return below.read(dst, timeoutNanos);
    }

    @Override
    public void wakeup() {
      below.wakeup();
    }

    @Override
    public synchronized boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
        throws IOException {
      for (int i = offset; i < offset + length; i++) {
        byte[] bytes = new byte[srcs[i].remaining()];
        srcs[i].duplicate().get(bytes);
        written.writeBytes(bytes);
      }
      return below.write(srcs, offset, length, timeoutNanos);
    }

    @Override
    public String remoteAddress() {
      return below.remoteAddress();
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
