package io.farref.call;

import io.farref.bytes.Output;
import java.util.function.Consumer;

/** Finds the connection to a worker. Thread-safe; never waits. */
public interface Router {
  /**
   * The connection on which this worker calls another, dialed if need be.
   *
   * @throws io.farref.WorkerLostException if the other is lost
   * @throws io.farref.WorkerClosedException if this worker is closed
   */
  ClientConnection client(int worker);

  /**
   * Sends messages about references on the connection that this worker dialed; a lost worker gets
   * none.
   */
  void controlAsCaller(int worker, Consumer<Output> messages);

  /** The same on the connection that the other dialed, or if there is none, on this worker's. */
  void controlAsCallee(int worker, Consumer<Output> messages);
}
