package io.farref.call;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** The numbers of the calls of one connection that are to run {@link Once}. Thread-safe. */
final class OnceNumbers {
  private final AtomicLong last = new AtomicLong();
  private final ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();

  /** A number for a call that begins. */
  synchronized long begin() {
    long number = last.incrementAndGet();
    open.add(number);
    return number;
  }

  /** That call is over: it makes no other attempt. */
  void end(long number) {
    open.remove(number);
  }

  /** All below are over; the calls that are open keep it from growing. */
  synchronized long over() {
    Long first = open.isEmpty() ? null : open.first();
    return first == null ? last.get() + 1 : first;
  }
}
