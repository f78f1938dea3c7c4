package io.farref.tests;

import static java.lang.System.Logger.Level.INFO;
import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.TcpTransport;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The cost of very many references while they are held, and when they are dropped. The system
 * property {@code farref.references} says how many.
 */
@ExtendWith(NoLeaks.class)
class ReferencesAtScaleTest {
  private static final System.Logger LOG = System.getLogger(ReferencesAtScaleTest.class.getName());
  private static final int MANY = Integer.getInteger("farref.references", 100_000);
  private static final int WARM_UP = 1_000;

  /** Bytes at the user for a reference: its handle, the entry of its table, and their slots. */
  private static final double USER_BYTES = 150;

  /** Bytes at the owner for a value with one holder, without the value. */
  private static final double OWNER_BYTES = 200;

  /** The control messages of one reference, with all frames and calls around them. */
  private static final double RELEASE_BYTES = 16;

  private final AtomicLong writes = new AtomicLong();
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(
              new SpyingTransport(new TcpTransport(), link -> new CountingLink(link, writes)))
          .start("a", "b");
  private final Worker a = group.worker("a");
  private final Worker b = group.worker("b");
  private final Peer toB = a.peer("b");

  @AfterEach
  void close() {
    Groups.closeEmpty(group);
  }

  @Test
  void heldReferencesAreSmallOnBothSidesAndDroppedOnesAreReleasedTogether() throws Exception {
    hold(WARM_UP);
    Groups.awaitEmpty(group);
    Histogram before = Histogram.take();
    Stalls stalls = Stalls.watch();
    try {
      RRef<?>[] held = hold(MANY);
      LOG.log(INFO, "held {0}; longest stall {1} ms", MANY, stalls.takeLongest());
      assertSmall(Histogram.take().minus(before));

      stalls.takeLongest();
      long bytes = a.stats().bytesSent();
      long writesBefore = writes.get();
      long start = System.nanoTime();
      Arrays.fill(held, null);
      System.gc();
      Groups.eventually("released", () -> a.stats().referencesHeld() == 0);
      Groups.eventually("freed", () -> b.stats().valuesOwned() == 0);
      bytes = a.stats().bytesSent() - bytes;
      LOG.log(
          INFO,
          "dropped in {0} ms: {1} bytes in {2} writes; longest stall {3} ms",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
          bytes,
          writes.get() - writesBefore,
          stalls.takeLongest());
      assertThat(bytes / (double) MANY).isLessThanOrEqualTo(RELEASE_BYTES);
      assertThat(writes.get() - writesBefore).isLessThan(MANY / 50);
    } finally {
      stalls.stop();
    }
  }

  private void assertSmall(Histogram grown) {
    double user = grown.of("RemoteReference", "Handle", "UserEntry") / (double) MANY;
    double owner = grown.of("OwnerEntry", "Holders", "ValueSlot") / (double) MANY;
    double tables = grown.total() / (double) MANY - user - owner; // of both
    LOG.log(
        INFO,
        "user {0} bytes, owner {1}, tables of both {2}; most is in\n{3}",
        user,
        owner,
        tables,
        grown);
    assertThat(user + tables / 2).isLessThanOrEqualTo(USER_BYTES);
    assertThat(owner + tables / 2).isLessThanOrEqualTo(OWNER_BYTES);
  }

  /** Holds values until the owner knows of each. */
  private RRef<?>[] hold(int count) {
    RRef<?>[] held = new RRef<?>[count];
    for (int i = 0; i < count; i++) {
      held[i] = toB.remote(Object::new);
    }
    Groups.eventually("confirmed", () -> held[count - 1].isConfirmed());
    return held;
  }
}
