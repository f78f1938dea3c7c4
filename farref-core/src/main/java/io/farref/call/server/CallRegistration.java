package io.farref.call.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.exec.StartSequencer;
import org.jspecify.annotations.Nullable;

/**
 * The registration of a call that does not end inline on its reader, through which other threads
 * find the call: in the table of running calls, in the load of the connection, and in the order in
 * which calls start. A call that ends inline has no registration.
 */
final class CallRegistration {
  private final ServerConnection connection;
  private final IncomingCall call;

  @GuardedBy("this")
  private boolean loaded;

  /**
   * begin() and ran() read it after the call has written its state; takePlace() does the reverse.
   */
  private volatile StartSequencer.@Nullable Ticket ticket;

  /** Puts the call into the table of the connection. */
  CallRegistration(ServerConnection connection, IncomingCall call) {
    this.connection = connection;
    this.call = call;
    connection.register(call);
  }

  /** Counts the call as unanswered, unless it has ended already. */
  synchronized void load() {
    if (!call.hasEnded()) {
      loaded = true;
      connection.load(call.isSystem(), call.weight());
    }
  }

  /** Counts the call as answered: the caller may send another one. */
  synchronized void unload() {
    if (loaded) {
      loaded = false;
      connection.unload(call.isSystem(), call.weight());
    }
  }

  /**
   * Gives the call a place in the start order, if it has none.
   *
   * @param decoder the thread that decodes it now, unless it has begun; null if none does
   */
  synchronized void takePlace(@Nullable Thread decoder) {
    if (ticket == null) {
      StartSequencer.Ticket mine = connection.order().queue();
      mine.decodedBy(decoder);
      ticket = mine;
      if (call.hasBegun()) {
        mine.begun(call.reader(), call.isLong());
      }
      if (call.hasRun() || call.hasEnded()) { // a stage that it returned does not delay the others
        mine.end();
      }
    } else if (decoder == null) {
      ticket.decodedBy(null); // the watchdog was faster, while the reader decoded
    }
  }

  /** The call is being decoded on that thread; null: no longer. */
  void decodedBy(@Nullable Thread on) {
    StartSequencer.Ticket mine = ticket;
    if (mine != null) {
      mine.decodedBy(on);
    }
  }

  /** The call's code begins; waits until the calls before it have begun. */
  void begin() {
    StartSequencer.Ticket mine = ticket;
    if (mine != null) {
      mine.begin(call.isLong());
    }
  }

  /** The call's code has run, or never will. */
  void ran() {
    StartSequencer.Ticket mine = ticket;
    if (mine != null) {
      mine.end();
    }
  }

  /** The call has ended. */
  void forget() {
    connection.forget(call);
    unload();
    ran();
  }
}
