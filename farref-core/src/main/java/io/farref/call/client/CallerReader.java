package io.farref.call.client;

import io.farref.bytes.Input;
import io.farref.call.ConnectionReader;
import io.farref.mux.FrameReader;
import io.farref.wire.Frame;
import io.farref.wire.ReplyHead;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a caller read the reply to its own call, so that no other thread has to hand it over.
 *
 * <p>On the way it handles frames that concern the library only. A frame that may run code of other
 * callers, such as the reply to another call, is left to the connection's own reader.
 */
final class CallerReader {
  private final ClientConnection connection;
  private final ConnectionReader reader;
  private final PendingCall<?> call;
  private boolean forOwnReader;

  private CallerReader(ClientConnection connection, ConnectionReader reader, PendingCall<?> call) {
    this.connection = connection;
    this.reader = reader;
    this.call = call;
  }

  /**
   * Reads, if no other thread does, until the call has its reply, its deadline has passed, the
   * thread is interrupted, or a frame arrives that is for the connection's own reader. Virtual
   * threads leave reading to the own reader: a virtual thread that blocks on a socket needs a
   * helper thread, which costs more.
   */
  static void await(ClientConnection connection, PendingCall<?> call) {
    ConnectionReader reader = connection.reader();
    if (reader == null || call.isDone()) {
      return;
    }
    if (Thread.currentThread().isVirtual()) {
      reader.role().summon();
    } else if (reader.role().tryTake()) {
      new CallerReader(connection, reader, call).await();
    }
  }

  private void await() {
    Runnable finish = null;
    try {
      finish = read(reader.frames());
    } catch (OutOfMemoryError e) {
      forOwnReader = true; // which can wait until there is memory again
    } catch (IOException | RuntimeException | Error e) {
      connection.fail(e); // otherwise no thread would read on, and callers would wait for ever
    } finally {
      reader.leave(forOwnReader);
    }
    if (finish != null) {
      finish.run();
    }
  }

  /** Returns the rest of the work: it may run user code, so the role must be given back first. */
  private @Nullable Runnable read(FrameReader in) throws IOException {
    // Another thread may have read the reply and still handle it: then no other reply will come.
    while (connection.awaitsReply(call)) {
      if (in.poll()) {
        if (in.kind() == Frame.REPLY) {
          return reply(in);
        }
        connection.handleControl(in);
      } else if (in.isLarge()) {
        forOwnReader = true;
        return null;
      } else if (call.isOverdue()
          || (!in.fill(call.remainingNanos()) && Thread.currentThread().isInterrupted())) {
        return null;
      }
    }
    return null;
  }

  private @Nullable Runnable reply(FrameReader in) throws IOException {
    Input payload = in.payload();
    ReplyHead head = ReplyHead.read(payload);
    if (head.callId() != call.number() || head.has(ReplyHead.TABLES)) {
      in.putBack();
      forOwnReader = true;
      return null;
    }
    try {
      return connection.ownReply(call, head, in);
    } catch (OutOfMemoryError e) { // before the call was taken out of the table
      in.putBack();
      throw e;
    }
  }
}
