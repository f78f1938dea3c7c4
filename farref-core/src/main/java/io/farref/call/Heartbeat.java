package io.farref.call;

import io.farref.session.SessionLink;
import io.farref.spi.Link;
import io.farref.time.Durations;
import java.io.IOException;

/**
 * Sees to it that the other side of a connection hears from this one now and then, and notices when
 * it says nothing itself.
 *
 * <p>Silence is counted in beats, not in time: a process that was stopped itself finds that few of
 * them have passed, and does not blame the others.
 */
final class Heartbeat implements DeadlineSweeper.Source {
  /** So many beats make the silence after which a peer is lost. */
  static final int BEATS = 20;

  /** After so many beats without anything else to send there is a ping... */
  private static final int PING = 2;

  /** ...and after so many of silence the link is broken, if there can be another. */
  private static final int SUSPICIOUS = 6;

  private final Connection connection;
  private final Link link;
  private final Arrivals arrivals;
  private final long silenceNanos;
  private final long beatNanos;
  private long next;
  private long arrived;
  private long appended;
  private int silent;
  private int quiet;

  Heartbeat(Connection connection, Opened opened, Arrivals arrivals) {
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

  private void speak() {
    long present = connection.outbox().appended();
    quiet = present == appended ? quiet + 1 : 0;
    appended = present;
    if (quiet >= PING) {
      quiet = 0;
      connection.ping();
    }
    if (link instanceof SessionLink session) {
      connection.runtime().threads().call(session::beat);
    }
  }

  private void listen() {
    long present = arrivals.total();
    silent = present == arrived ? silent + 1 : 0;
    arrived = present;
    if (silent == BEATS) {
      connection.giveUp(
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
