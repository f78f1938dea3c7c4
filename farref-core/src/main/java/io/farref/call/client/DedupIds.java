package io.farref.call.client;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** The numbers of the calls of one connection with at-most-once semantics. Thread-safe. */
final class DedupIds {
  private final AtomicLong last = new AtomicLong();
  private final ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();

  /** Assigns a number to a call that begins. */
  synchronized long begin() {
    long number = last.incrementAndGet();
    open.add(number);
    return number;
  }

  /** The call with that number makes no further attempt. */
  void end(long number) {
    open.remove(number);
  }

  /** The number of the oldest open call; all calls with lower numbers are over. */
  synchronized long over() {
    Long first = open.isEmpty() ? null : open.first();
    return first == null ? last.get() + 1 : first;
  }
}
