package io.farref.node.connect;

import io.farref.RemoteRunnable;
import io.farref.WorkerLostException;
import io.farref.call.Request;
import io.farref.call.SystemFunction;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import io.farref.wire.CallHead;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The library's own call that does nothing: when it is answered, everything that was sent before it
 * on the same connection has arrived.
 */
public record FlushProbe() implements RemoteRunnable<RuntimeException>, SystemFunction {
  private static final System.Logger LOG = System.getLogger(FlushProbe.class.getPackageName());

  @Override
  public void run() {}

  /** Sends the call. */
  public static PendingCall<@Nullable Void> send(ClientConnection connection, long timeoutNanos) {
    return connection.call(
        Request.onWorker(new FlushProbe(), CallHead.VOID | CallHead.SYSTEM, timeoutNanos));
  }

  /**
   * Waits until everything that was sent on these connections has arrived.
   *
   * @throws io.farref.RpcTimeoutException if the time passes
   */
  static void awaitArrival(Collection<ClientConnection> connections, long timeoutNanos) {
    List<PendingCall<@Nullable Void>> echoes = new ArrayList<>();
    for (ClientConnection each : connections) {
      echoes.add(send(each, timeoutNanos));
    }
    for (PendingCall<@Nullable Void> each : echoes) {
      try {
        each.<RuntimeException>await();
      } catch (WorkerLostException e) {
        LOG.log(Level.DEBUG, "what was under way to a lost worker will not arrive", e);
      }
    }
  }

  /** No bytes. */
  public static final class Codec implements CallCodec<FlushProbe> {
    @Override
    public String wireName() {
      return ".echo";
    }

    @Override
    public Class<FlushProbe> type() {
      return FlushProbe.class;
    }

    @Override
    public void writeCall(FlushProbe call, CallWriter out) {}

    @Override
    public FlushProbe readCall(CallReader in) {
      in.admit(new Called.Library());
      return new FlushProbe();
    }
  }
}
