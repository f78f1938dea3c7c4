package io.farref.observe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one worker. Thread-safe. */
public final class Meters {
  /** Calls made from this worker. */
  public final LongAdder callsSent = new LongAdder();

  /** Calls received. */
  public final LongAdder callsServed = new LongAdder();

  /** How often a call had to wait for capacity at the other side. */
  public final LongAdder callsDelayed = new LongAdder();

  /** Calls refused for lack of capacity. */
  public final LongAdder callsRefused = new LongAdder();

  /** Calls that are retried when they fail, and have no outcome yet. */
  public final AtomicLong retriedCalls = new AtomicLong();

  /** Bytes written to links. */
  public final LongAdder bytesSent = new LongAdder();

  /** Bytes read from links. */
  public final LongAdder bytesReceived = new LongAdder();
}
