package io.farref.session;

import java.util.PriorityQueue;

/** The clock of a simulation: runs actions one after another, without waiting. */
public final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long count;

  private record Event(long at, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /** The present time, in milliseconds since the beginning. */
  public long now() {
    return now;
  }

  /** Runs an action after so many milliseconds, behind all others of that time. */
  public void after(long delay, Runnable action) {
    events.add(new Event(now + delay, count++, action));
  }

  /** Runs all actions up to a time. */
  public void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event next = events.remove();
      now = next.at();
      next.action().run();
    }
    now = Math.max(now, end);
  }
}
