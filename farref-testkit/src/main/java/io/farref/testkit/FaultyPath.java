package io.farref.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * All that goes from some workers to some others through a {@link FaultyNetwork}: over the
 * connections that are there, and over those that will be made. Thread-safe.
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

  /** Keeps back everything: to those who are connected, the other side has fallen silent. */
  public void hold() {
    network.order(goes, FaultyFlow::hold);
  }

  /** Lets everything go, now and from now on. */
  public void release() {
    network.order(goes, FaultyFlow::release);
  }

  /** See {@link FaultyFlow#inPiecesOf}. */
  public void inPiecesOf(int maxBytes) {
    network.order(goes, flow -> flow.inPiecesOf(maxBytes));
  }

  /** See {@link FaultyFlow#delay}; each connection has these delays from the beginning. */
  public void delay(long seed, Duration min, Duration max) {
    network.order(goes, flow -> flow.delay(seed, min, max));
  }

  /** How many bytes have been written and not been read. */
  public long underWay() {
    return network.flows(goes).stream().mapToLong(FaultyFlow::underWay).sum();
  }

  /** The connections that were made this way, in that order; those that are closed, too. */
  public List<FaultyConnection> connections() {
    return network.connections(goes);
  }

  /** Breaks the connections that were made this way; see {@link FaultyConnection#cut}. */
  public void cut() {
    connections().forEach(FaultyConnection::cut);
  }

  /** From now on, whoever connects is told at once that nobody listens. */
  public void refuse() {
    network.order(goes, FaultyNetwork.Door.REFUSING);
  }

  /** From now on, whoever connects gets no answer until its time has passed. */
  public void silence() {
    network.order(goes, FaultyNetwork.Door.SILENT);
  }

  /** Lets connections be made again. */
  public void admit() {
    network.order(goes, FaultyNetwork.Door.OPEN);
  }

  @Override
  public String toString() {
    return name;
  }
}
