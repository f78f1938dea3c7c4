package io.farref.session;

import java.util.PriorityQueue;

/** What happens when, in a simulation: one thing after the other, in no time at all. */
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

  /** Milliseconds since the beginning. */
  public long now() {
    return now;
  }

  /** Something happens so many milliseconds from now, after all else that does. */
  public void after(long delay, Runnable action) {
    events.add(new Event(now + delay, count++, action));
  }

  /** Lets everything happen that does until then. */
  public void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event next = events.remove();
      now = next.at();
      next.action().run();
    }
    now = Math.max(now, end);
  }
}
