package io.farref.call.client;

import io.farref.bytes.Output;
import java.util.function.Consumer;

/** Finds the connection to a worker. Thread-safe; never waits. */
public interface Router {
  /**
   * The connection on which this worker calls another one; it is dialed if there is none.
   *
   * @throws io.farref.WorkerLostException if the other is lost
   * @throws io.farref.WorkerClosedException if this worker is closed
   */
  ClientConnection client(int worker);

  /**
   * Sends messages about references on the connection that this worker dialed, unless the other
   * worker is lost.
   */
  void controlAsCaller(int worker, Consumer<Output> messages);

  /**
   * Sends messages about references on the connection that the other worker dialed; if there is
   * none, on the one that this worker dialed.
   */
  void controlAsCallee(int worker, Consumer<Output> messages);
}
