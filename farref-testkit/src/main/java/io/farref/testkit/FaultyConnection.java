package io.farref.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link FaultyNetwork}. Thread-safe. */
public final class FaultyConnection {
  private final FaultyNetwork network;
  private final FaultyFlow forth;
  private final FaultyFlow back;

  // Guarded by network.lock. No annotation says so, because the check does not follow a lock into
  // the lambdas of network.locked().
  private final List<FaultyLink> ends = new ArrayList<>(2);
  private boolean cut;

  FaultyConnection(FaultyNetwork network, FaultyFlow forth, FaultyFlow back) {
    this.network = network;
    this.forth = forth;
    this.back = back;
  }

  /** The worker that dialed. */
  public String dialer() {
    return forth.from();
  }

  /** The worker that was dialed. */
  public String acceptor() {
    return forth.to();
  }

  /** The bytes from the dialer to the acceptor. */
  public FaultyFlow forth() {
    return forth;
  }

  /** The bytes from the acceptor to the dialer. */
  public FaultyFlow back() {
    return back;
  }

  /**
   * Breaks the connection: both sides see at once that it is lost, and bytes that have not been
   * read are lost.
   */
  public void cut() {
    List<FaultyLink> open =
        network.locked(
            () -> {
              cut = true;
              forth.signal();
              back.signal();
              return List.copyOf(ends);
            });
    open.forEach(FaultyLink::closeUnderlying);
  }

  /** Whether {@link #cut} was called. */
  public boolean isCut() {
    return network.locked(() -> cut);
  }

  /** Adds an end; if the connection was cut in the meantime, closes that end. */
  void add(FaultyLink end) {
    boolean tooLate =
        network.locked(
            () -> {
              ends.add(end);
              return cut;
            });
    if (tooLate) {
      end.closeUnderlying();
    }
  }

  void requireWhole(@Nullable IOException cause) throws IOException {
    if (isCut()) {
      throw new IOException("the test has cut the " + this, cause);
    }
  }

  @Override
  public String toString() {
    return "connection from " + dialer() + " to " + acceptor();
  }
}
