package io.farref.call;

import io.farref.exec.DeadlineSweeper;
import io.farref.mux.ByteCounter;
import io.farref.session.SessionLink;
import io.farref.spi.Link;
import io.farref.time.Durations;
import java.io.IOException;

/**
 * The heartbeat of a connection: sends a ping when the connection was idle for a while, and
 * declares the other side dead when that was silent for too long.
 *
 * <p>Silence is counted in beats, not in time. A process that was itself stopped for a while has
 * counted few beats, and does not declare other workers dead.
 */
final class Heartbeat implements DeadlineSweeper.Source {
  /** After this many beats of silence a peer is declared dead. */
  static final int BEATS = 20;

  /** After this many beats without a frame to send, a ping is sent. */
  private static final int PING = 2;

  /** After this many beats of silence the link is replaced, if there can be another. */
  private static final int SUSPICIOUS = 6;

  private final Connection connection;
  private final Link link;
  private final ByteCounter arrivals;
  private final long silenceNanos;
  private final long beatNanos;
  private long next;
  private long arrived;
  private long appended;
  private int silent;
  private int quiet;

  Heartbeat(Connection connection, EstablishedLink opened, ByteCounter arrivals) {
    this.connection = connection;
    this.link = opened.link();
    this.arrivals = arrivals;
    silenceNanos = opened.silenceNanos();
    beatNanos = Math.max(1, silenceNanos / BEATS);
    next = System.nanoTime() + beatNanos;
  }

  long next() {
    return next;
  }

  @Override
  public long expire(long now) {
    if (next - now <= 0) {
      next = now + beatNanos;
      speak();
      listen();
    }
    return next;
  }

  @Override
  public void fail(Throwable cause) {
    connection.fail(cause);
  }

  private void speak() {
    long present = connection.queue().appended();
    quiet = present == appended ? quiet + 1 : 0;
    appended = present;
    if (quiet >= PING) {
      quiet = 0;
      connection.ping();
    }
    if (link instanceof SessionLink session) {
      connection.offLoad(session::beat);
    }
  }

  private void listen() {
    long present = arrivals.total();
    silent = present == arrived ? silent + 1 : 0;
    arrived = present;
    if (silent == BEATS) {
      connection.declareDead(
          new UnreachableException(
              "it was silent for " + Durations.format(silenceNanos) + problem()));
    } else if (silent > 0 && silent % SUSPICIOUS == 0 && link instanceof SessionLink session) {
      session.suspect(new IOException("nothing came for " + Durations.format(silent * beatNanos)));
    }
  }

  private String problem() {
    return link instanceof SessionLink session
        ? session.problem().map(what -> " (" + what + ")").orElse("")
        : "";
  }
}
