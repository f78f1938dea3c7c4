package io.farref.call;

import org.jspecify.annotations.Nullable;

/**
 * Makes a call that outlasts the turn of its reader known to others: in the table of its
 * connection, in the load of the connection, and in the order in which calls start. A call that
 * ends while its thread reads on has none.
 */
final class CallRegistration {
  private final ServerConnection connection;
  private final ServerCall call;

  /** Guarded by this. */
  private boolean loaded;

  /** begin() and end() read it after the call's own state was written, takePlace() the reverse. */
  private volatile StartOrder.@Nullable Place place;

  /** Puts the call into the table of the connection. */
  CallRegistration(ServerConnection connection, ServerCall call) {
    this.connection = connection;
    this.call = call;
    connection.register(call);
  }

  /** From now on the call counts as unanswered, unless it has ended already. */
  synchronized void load() {
    if (!call.hasEnded()) {
      loaded = true;
      connection.load(call.isSystem(), call.weight());
    }
  }

  /** From now on the caller may send another call. */
  synchronized void unload() {
    if (loaded) {
      loaded = false;
      connection.unload(call.isSystem(), call.weight());
    }
  }

  /** From now on the call has its place among those that start. */
  synchronized void takePlace() {
    if (place == null) {
      StartOrder.Place mine = connection.order().queue();
      place = mine;
      if (call.hasBegun()) {
        mine.begun(call.reader(), call.isLong());
      }
      if (call.hasRun() || call.hasEnded()) { // the stage that it returned may take its time
        mine.end();
      }
    }
  }

  /** The call's code begins; waits until those before it have begun. */
  void begin() {
    StartOrder.Place mine = place;
    if (mine != null) {
      mine.begin(call.isLong());
    }
  }

  /** The call's code has run, or will not. */
  void ran() {
    StartOrder.Place mine = place;
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
