package io.farref.call;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * {@link CallTable} behaves as if its methods ran one after another. All numbers here share one
 * slot, so all but one call are in the map beside the slots.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "any", gen = IntGen.class, conf = "0:7")
public class CallTableLincheckTest {
  private static final int SLOTS = 1024;
  private static final int THREADS = 4; // besides the operations before and after the parallel part

  private final CallTable<Call> table = new CallTable<>();
  private final int[] added = new int[THREADS + 2];

  private record Call(long number) implements NumberedCall {}

  /** A call under a number that no other call has. */
  @Operation
  public void add(@Param(name = "thread") int thread) {
    table.add(new Call(number(thread % THREADS + THREADS * added[thread]++)));
  }

  @Operation
  public boolean get(@Param(name = "any") int call) {
    return table.get(number(call)) != null;
  }

  @Operation
  public boolean remove(@Param(name = "any") int call) {
    return table.remove(number(call)) != null;
  }

  private static long number(int call) {
    return 1 + (long) SLOTS * call;
  }

  @Test
  void theTableIsLinearizableInEverySchedule() {
    new ModelCheckingOptions()
        .threads(3)
        .actorsBefore(2)
        .actorsPerThread(2)
        .actorsAfter(1)
        .iterations(10)
        .invocationsPerIteration(500)
        .check(CallTableLincheckTest.class);
  }

  @Test
  void theTableIsLinearizableUnderStress() {
    new StressOptions()
        .threads(2)
        .actorsPerThread(4)
        .iterations(5)
        .invocationsPerIteration(1_000)
        .check(CallTableLincheckTest.class);
  }

  /** A map's own size is wrong for moments while others change it. */
  @Test
  void aCallIsFoundWhileAnotherComesAndGoes() {
    Lincheck.runConcurrentTest(
        2_000,
        () -> {
          CallTable<Call> calls = new CallTable<>();
          calls.add(new Call(number(0)));
          calls.add(new Call(number(1)));
          Thread adds = new Thread(() -> calls.add(new Call(number(2))));
          Thread removes = new Thread(() -> calls.remove(number(2)));
          adds.start();
          removes.start();
          boolean found = calls.remove(number(1)) != null;
          join(adds);
          join(removes);
          int left = calls.get(number(2)) == null ? 1 : 2;
          if (!found || calls.size() != left) {
            throw new AssertionError("found " + found + ", " + calls.size() + " of " + left);
          }
        });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
