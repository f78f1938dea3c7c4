package io.farref.transport.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No wake-up is lost: two threads pass a number to and fro, and each sleeps until it arrives. A
 * lost wake-up would stop them for ever.
 */
@Timeout(60)
class FutexWaiterTest {
  private static final int ROUNDS = 400_000;
  private static final long MAX_NANOS = 2_500_000_000L;

  private SharedMemory memory;

  @BeforeEach
  void makeMemory() throws IOException {
    SharedMemory.Made made = SharedMemory.make(1 << 12, new byte[ShmLayout.TOKEN_SIZE]);
    Syscalls.close(made.fd());
    memory = made.memory();
  }

  @AfterEach
  void unmap() {
    memory.release();
  }

  @Test
  void noWakeupIsLostIfBothSleepAtOnce() throws Exception {
    play(Thread.ofPlatform().daemon(), asleep(), Thread.ofPlatform().daemon(), asleep());
  }

  /** The answer arrives while the other thread falls asleep: only here do the fences matter. */
  @Test
  void noWakeupIsLostIfOneSleepsAtOnceAndOneNeverDoes() throws Exception {
    play(Thread.ofPlatform().daemon(), asleep(), Thread.ofPlatform().daemon(), awake());
  }

  @Test
  void noWakeupIsLostIfBothSpinForAMoment() throws Exception {
    SpinBudget cores = new SpinBudget(2, System::nanoTime);
    AdaptiveSpin some = new AdaptiveSpin(cores, 5_000);
    play(
        Thread.ofPlatform().daemon(),
        some,
        Thread.ofPlatform().daemon(),
        new AdaptiveSpin(cores, 5_000));
  }

  @Test
  void noWakeupIsLostIfAVirtualThreadSleepsAtOnceAndAnotherNeverDoes() throws Exception {
    play(Thread.ofVirtual(), asleep(), Thread.ofPlatform().daemon(), awake());
  }

  @Test
  void noWakeupIsLostBetweenTwoVirtualThreads() throws Exception {
    play(Thread.ofVirtual(), asleep(), Thread.ofVirtual(), asleep());
  }

  private static AdaptiveSpin asleep() {
    return new AdaptiveSpin(new SpinBudget(2, () -> 0), 0);
  }

  private static AdaptiveSpin awake() {
    return new AdaptiveSpin(new SpinBudget(2, () -> 0), 1);
  }

  private void play(
      Thread.Builder first, AdaptiveSpin firstSpin, Thread.Builder second, AdaptiveSpin secondSpin)
      throws Exception {
    var one = new Player(0, firstSpin);
    var two = new Player(1, secondSpin);
    one.other = two;
    two.other = one;
    long end = System.nanoTime() + MAX_NANOS;
    first.start(() -> one.run(end));
    second.start(() -> two.run(end));

    assertThat(one.rounds.get(40, TimeUnit.SECONDS)).isPositive();
    assertThat(two.rounds.get(40, TimeUnit.SECONDS)).isPositive();
  }

  /** Waits for the number of the other thread, which sleeps in the same memory. */
  private final class Player {
    private final CompletableFuture<Integer> rounds = new CompletableFuture<>();
    private final Random random;
    private final int me;
    private final FutexWaiter sleeper;
    private final FutexWord word;
    private Player other;
    private long expected;

    Player(int me, AdaptiveSpin spin) {
      this.me = me;
      this.random = new Random(me);
      long offset = ShmLayout.control(me) + ShmLayout.READER_WAITS;
      sleeper = new FutexWaiter(memory, offset, this::hasCome, spin);
      word = new FutexWord(memory, offset);
    }

    private boolean hasCome() {
      long number = (long) ShmLayout.LONG.getAcquire(memory.segment(), number(1 - me));
      return number >= expected;
    }

    private long number(int player) {
      return ShmLayout.control(player) + ShmLayout.TAIL;
    }

    void run(long end) {
      try {
        int round = 1;
        boolean over = false;
        for (; !over; round++) {
          over = round == ROUNDS || System.nanoTime() > end;
          tell(over ? Long.MAX_VALUE : round);
          expected = round;
          while (!hasCome()) {
            sleeper.await(-1);
          }
          over |=
              (long) ShmLayout.LONG.getAcquire(memory.segment(), number(1 - me)) == Long.MAX_VALUE;
          for (int i = random.nextInt(60); i > 0; i--) {
            Thread.onSpinWait();
          }
        }
        tell(Long.MAX_VALUE);
        rounds.complete(round);
      } catch (Throwable e) {
        rounds.completeExceptionally(e);
      }
    }

    private void tell(long number) {
      ShmLayout.LONG.setRelease(memory.segment(), number(me), number);
      if (other.word.isAsleep() && other.word.wake()) {
        other.sleeper.wake(); // as the watcher does when a byte arrives
      }
    }
  }
}
