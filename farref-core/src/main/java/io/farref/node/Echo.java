package io.farref.node;

import io.farref.RemoteRunnable;
import io.farref.WorkerLostException;
import io.farref.call.ClientConnection;
import io.farref.call.Housekeeping;
import io.farref.call.PendingCall;
import io.farref.call.Request;
import io.farref.codec.LibraryCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;
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
record Echo() implements RemoteRunnable<RuntimeException>, Housekeeping {
  private static final System.Logger LOG = System.getLogger(Echo.class.getPackageName());

  @Override
  public void run() {}

  /**
   * Waits until everything that was sent on these connections has arrived.
   *
   * @throws io.farref.RpcTimeoutException if the time passes
   */
  static void awaitArrival(Collection<ClientConnection> connections, long timeoutNanos) {
    List<PendingCall<@Nullable Void>> echoes = new ArrayList<>();
    for (ClientConnection each : connections) {
      echoes.add(
          each.call(Request.onWorker(new Echo(), CallHead.VOID | CallHead.SYSTEM, timeoutNanos)));
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
  static final class Codec implements LibraryCodec<Echo> {
    @Override
    public String wireName() {
      return ".echo";
    }

    @Override
    public Class<Echo> type() {
      return Echo.class;
    }

    @Override
    public void write(Echo value, ValueWriter out) {}

    @Override
    public Echo read(ValueReader in) {
      return new Echo();
    }
  }
}
