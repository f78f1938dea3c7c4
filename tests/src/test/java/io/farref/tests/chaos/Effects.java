package io.farref.tests.chaos;

import io.farref.RRef;
import io.farref.Worker;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Mark;
import io.farref.tests.chaos.Journal.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The functions that calls run: each writes to the journal before and after its effect. */
final class Effects {
  private Effects() {}

  /** The result of a call, which depends on its number: a reply to another call is noticed. */
  static long answer(long id) {
    return Long.rotateLeft(id * 0x9E3779B97F4A7C15L, 23) ^ id;
  }

  private static Journal journal() {
    return ChaosWorker.instance().journal();
  }

  private static long trace(long id) {
    journal().write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, id, 0);
    journal().write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, id, 0);
    return answer(id);
  }

  static long run(long id) {
    return trace(id);
  }

  /** A call whose value is completed later. */
  static CompletableFuture<Long> later(long id) {
    journal().write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, id, 0);
    Executor delayed =
        CompletableFuture.delayedExecutor(
            ThreadLocalRandom.current().nextInt(5_000), TimeUnit.MICROSECONDS);
    return CompletableFuture.supplyAsync(
        () -> {
          journal().write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, id, 0);
          return answer(id);
        },
        delayed);
  }

  static byte[] bulk(long id, byte[] bytes, int checksum) {
    journal().write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, id, 0);
    if (Payload.checksum(bytes) != checksum) {
      throw new IllegalStateException("what came is not what was sent");
    }
    journal().write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, id, 0);
    return Payload.of(answer(id), bytes.length);
  }

  static Box box(long id) {
    trace(id);
    return new Box();
  }

  static Counter counter(long id) {
    trace(id);
    return new Counter();
  }

  /** Uses a reference at the process that received it, and releases it. */
  static long useHere(long id, Handed handed) {
    journal().write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, id, 0);
    ChaosWorker.instance().use(handed);
    journal().write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, id, 0);
    return answer(id);
  }

  /** Keeps a reference for a later use. */
  static long keepHere(long id, Handed handed) {
    journal().write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, id, 0);
    ChaosWorker.instance().keep(handed);
    journal().write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, id, 0);
    return answer(id);
  }

  static long incarnation() {
    return ChaosWorker.instance().incarnationOf(Worker.current());
  }

  /** A value that is owned by one worker and referenced by others. */
  static final class Box {
    private final AtomicLong uses = new AtomicLong();

    long use(long id) {
      uses.incrementAndGet();
      return trace(id);
    }
  }

  /** A value that counts its calls. */
  static final class Counter {
    private final AtomicLong count = new AtomicLong();

    long add(long id) {
      trace(id);
      return count.incrementAndGet();
    }
  }

  /**
   * A reference that is passed on.
   *
   * @param box the reference itself
   * @param owner the node that owns its value
   * @param before the nodes that had it, the owner included, as bits
   * @param madeAt in milliseconds since the run began
   */
  record Handed(RRef<Box> box, int owner, int before, int madeAt) {
    Handed by(int node) {
      return new Handed(box, owner, before | 1 << node, madeAt);
    }

    /** Its encoding in the journal. */
    long history() {
      return (long) madeAt << 8 | before & 0xFF;
    }
  }
}
