package io.farref.call;

import io.farref.bytes.Input;
import io.farref.wire.Frame;
import io.farref.wire.ReplyHead;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a caller read the reply to its own call, so that no other thread has to hand it over.
 *
 * <p>It handles what the library itself needs on the way. Whatever may run code that is not the
 * caller's own business, another call's reply above all, it leaves to the resident thread.
 */
final class OwnReply {
  private final ClientConnection connection;
  private final Pump pump;
  private final PendingCall<?> call;
  private boolean forResident;

  private OwnReply(ClientConnection connection, Pump pump, PendingCall<?> call) {
    this.connection = connection;
    this.pump = pump;
    this.call = call;
  }

  /**
   * Reads, if nobody else does, until the call has its reply, its limit of time has passed, the
   * thread is interrupted, or something comes that is for the resident thread. Virtual threads
   * leave that to the resident thread: to block on a socket they need a helper that costs more.
   */
  static void await(ClientConnection connection, PendingCall<?> call) {
    Pump pump = connection.pump();
    if (pump == null || call.isDone()) {
      return;
    }
    if (Thread.currentThread().isVirtual()) {
      pump.role().summon();
    } else if (pump.role().tryTake()) {
      new OwnReply(connection, pump, call).await();
    }
  }

  private void await() {
    Runnable finish = null;
    try {
      finish = read(pump.inbox());
    } catch (IOException | RuntimeException | Error e) {
      connection.fail(e); // nobody would read on, and whoever waits would wait for ever
    } finally {
      pump.leave(forResident);
    }
    if (finish != null) {
      finish.run();
    }
  }

  /** Returns what is left to do when the role has been left, which may run foreign code. */
  private @Nullable Runnable read(Inbox in) throws IOException {
    // Somebody else may have read the reply, and not be done with it: then none will come.
    while (connection.awaitsReply(call)) {
      if (in.poll()) {
        if (in.kind() == Frame.REPLY) {
          return reply(in);
        }
        connection.handleControl(in);
      } else if (in.isLarge()) {
        forResident = true;
        return null;
      } else if (call.isOverdue()
          || (!in.fill(call.remainingNanos()) && Thread.currentThread().isInterrupted())) {
        return null;
      }
    }
    return null;
  }

  private @Nullable Runnable reply(Inbox in) throws IOException {
    Input payload = in.payload();
    ReplyHead head = ReplyHead.read(payload);
    if (head.callId() != call.number() || head.has(ReplyHead.TABLES)) {
      in.putBack();
      forResident = true;
      return null;
    }
    return connection.ownReply(call, head, in);
  }
}
