package io.farref.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Sessions over links that break at random, in virtual time. Millions of schedules:
 *
 * <pre>mvn -pl farref-core test -Dtest=SessionSimulationTest -Dfarref.schedules=1000000</pre>
 *
 * <p>To repeat one schedule: {@code -Dfarref.seed=SEED -Dfarref.schedules=1}.
 */
class SessionSimulationTest {
  private static final long SCHEDULES = Long.getLong("farref.schedules", 5_000);
  private static final long SEED = Long.getLong("farref.seed", 1);

  @Test
  void messagesArriveOnceAndInOrderOrBothSidesSeeTheLoss() {
    OptionalLong failing =
        LongStream.range(SEED, SEED + SCHEDULES).parallel().filter(seed -> !holds(seed)).findAny();
    if (failing.isPresent()) {
      fail("schedule of seed " + failing.getAsLong() + ": " + new Schedule(failing.getAsLong()));
    }
  }

  @Test
  void breaksThatAreMendedInTimeLoseNothing() {
    for (long seed = SEED; seed < SEED + 300; seed++) {
      Schedule schedule =
          new Schedule(seed, SimulatedSession.SILENCE / 4, SimulatedSession.SILENCE);
      schedule.run();
      assertThat(schedule.losses).as("losses in schedule %d", seed).isZero();
      assertThat(schedule.complaint()).as("schedule %d", seed).isEmpty();
    }
  }

  private static boolean holds(long seed) {
    Schedule schedule = new Schedule(seed);
    schedule.run();
    return schedule.complaint().isEmpty();
  }

  /** Two workers that send numbers to each other while their links break. */
  private static final class Schedule {
    private static final long LENGTH = 8_000;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random;
    private final long longestOutage;
    private final long leastPause;
    private long lastCut;
    private final SimulatedSession session;
    private final int[] sent = new int[2];
    private final List<List<Integer>> received = List.of(new ArrayList<>(), new ArrayList<>());
    private int losses;

    Schedule(long seed) {
      this(seed, SimulatedSession.SILENCE * 3 / 2, 0);
    }

    Schedule(long seed, long longestOutage, long leastPause) {
      random = new SplittableRandom(seed);
      this.longestOutage = longestOutage;
      this.leastPause = leastPause;
      session = new SimulatedSession(time, random.split());
      session.dialer.serve(received.get(0)::add, () -> losses++);
      session.acceptor.serve(received.get(1)::add, () -> losses++);
    }

    void run() {
      while (time.now() < LENGTH) {
        int what = random.nextInt(100);
        if (what < 4 && time.now() - lastCut >= leastPause) {
          lastCut = time.now();
          session.cut(random.nextInt(3) > 0 ? 0 : random.nextLong(longestOutage));
        } else if (what < 70) {
          int side = random.nextInt(2);
          end(side).send(sent[side]++);
        } else {
          time.runUntil(time.now() + random.nextInt(80));
        }
      }
      time.runUntil(time.now() + 10 * SimulatedSession.SILENCE);
    }

    private SimulatedSession.End end(int side) {
      return side == 0 ? session.dialer : session.acceptor;
    }

    String complaint() {
      if (losses == 1) {
        return "one side only was told of the loss";
      }
      for (int side = 0; side < 2; side++) {
        List<Integer> got = received.get(1 - side);
        if (!got.equals(IntStream.range(0, got.size()).boxed().toList())) {
          return "not in order or not once: " + got;
        }
        if (losses == 0 && got.size() != sent[side]) {
          return got.size() + " arrived of " + sent[side];
        }
        for (int message = 0; message < got.size(); message++) {
          if (end(side).isUnsent(message)) {
            return message + " arrived and was never given to a link";
          }
        }
      }
      return "";
    }

    @Override
    public String toString() {
      run();
      return complaint();
    }
  }
}
