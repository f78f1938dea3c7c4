package io.farref.observe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What one worker counts. Thread-safe. */
public final class Meters {
  /** Calls made from this worker. */
  public final LongAdder callsSent = new LongAdder();

  /** Calls received. */
  public final LongAdder callsServed = new LongAdder();

  /** How often a call had to wait for room. */
  public final LongAdder callsDelayed = new LongAdder();

  /** Calls refused for want of room. */
  public final LongAdder callsRefused = new LongAdder();

  /** Calls that are made again when they fail, and have no outcome yet. */
  public final AtomicLong retriedCalls = new AtomicLong();

  /** Bytes written to links. */
  public final LongAdder bytesSent = new LongAdder();

  /** Bytes read from links. */
  public final LongAdder bytesReceived = new LongAdder();
}
