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

  /** Guarded by {@code network.lock}, as is {@code cut}. */
  private final List<FaultyLink> ends = new ArrayList<>(2);

  private boolean cut;

  FaultyConnection(FaultyNetwork network, FaultyFlow forth, FaultyFlow back) {
    this.network = network;
    this.forth = forth;
    this.back = back;
  }

  /** The worker that connected. */
  public String dialer() {
    return forth.from();
  }

  /** The worker that was connected to. */
  public String acceptor() {
    return forth.to();
  }

  /** What the dialer writes. */
  public FaultyFlow forth() {
    return forth;
  }

  /** What the acceptor writes. */
  public FaultyFlow back() {
    return back;
  }

  /**
   * Breaks the connection: both sides see at once that it is lost, and what was under way is lost.
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

  /** Adds an end, unless the connection has been cut since. */
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
