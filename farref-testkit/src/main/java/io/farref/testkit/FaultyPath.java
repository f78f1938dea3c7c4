package io.farref.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * All bytes from some workers to some others through a {@link FaultyNetwork}, over present and
 * future connections. Thread-safe.
 */
public final class FaultyPath {
  private final FaultyNetwork network;
  private final String name;
  private final BiPredicate<String, String> goes;

  FaultyPath(FaultyNetwork network, String name, BiPredicate<String, String> goes) {
    this.network = network;
    this.name = name;
    this.goes = goes;
  }

  /** Holds back all bytes: the other side seems to be silent. */
  public void hold() {
    network.order(goes, FaultyFlow::hold);
  }

  /** Releases all bytes that are held, and holds no more. */
  public void release() {
    network.order(goes, FaultyFlow::release);
  }

  /** See {@link FaultyFlow#inPiecesOf}. */
  public void inPiecesOf(int maxBytes) {
    network.order(goes, flow -> flow.inPiecesOf(maxBytes));
  }

  /** See {@link FaultyFlow#delay}; each connection draws the same delays from its beginning. */
  public void delay(long seed, Duration min, Duration max) {
    network.order(goes, flow -> flow.delay(seed, min, max));
  }

  /** How many bytes have been written and not been read. */
  public long underWay() {
    return network.flows(goes).stream().mapToLong(FaultyFlow::underWay).sum();
  }

  /** The connections that were dialed along this path, in that order; closed ones, too. */
  public List<FaultyConnection> connections() {
    return network.connections(goes);
  }

  /** Breaks the connections that were dialed along this path; see {@link FaultyConnection#cut}. */
  public void cut() {
    connections().forEach(FaultyConnection::cut);
  }

  /** From now on, dialing fails at once, as if nobody listened. */
  public void refuse() {
    network.order(goes, FaultyNetwork.Door.REFUSING);
  }

  /** From now on, dialing gets no answer and fails at its timeout. */
  public void silence() {
    network.order(goes, FaultyNetwork.Door.SILENT);
  }

  /** Allows dialing again. */
  public void admit() {
    network.order(goes, FaultyNetwork.Door.OPEN);
  }

  @Override
  public String toString() {
    return name;
  }
}
