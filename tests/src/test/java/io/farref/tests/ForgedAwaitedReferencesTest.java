package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Worker;
import io.farref.bytes.Output;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.MessageTrailer;
import io.farref.wire.MessageTrailer.Reference;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Mallory sends olive references to values of olive that alice is said to create, and never will.
 * Olive cannot know that: she keeps a place for each, but not for ever, and not for many.
 */
@ExtendWith(NoLeaks.class)
class ForgedAwaitedReferencesTest {
  private static final List<RRef<Counter>> KEPT = new CopyOnWriteArrayList<>();
  private static final int OLIVE = 0;
  private static final int ALICE = 1;
  private static final int NEVER = 100;
  private static final int LIMIT = 10;
  private static final long GUESS = 42;

  private final List<ForgingLink> dialed = new CopyOnWriteArrayList<>();
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(new SpyingTransport(new InProcessTransport(), this::spy))
          .configure(worker -> worker.limits(Limits.DEFAULT.withMaxReferencesHeld(LIMIT)))
          .start("olive", "alice", "mallory");
  private final Worker olive = group.worker("olive");
  private final Worker mallory = group.worker("mallory");
  private final ForgingLink toOlive = linkToOlive();

  private Link spy(Link below) {
    ForgingLink link = new ForgingLink(below);
    dialed.add(link);
    return link;
  }

  private ForgingLink linkToOlive() {
    assertThat(mallory.peer("olive").rpcSync(() -> 1)).isEqualTo(1);
    return dialed.stream().filter(each -> each.isOf("mallory")).findFirst().orElseThrow();
  }

  @AfterEach
  void nothingIsLeft() {
    KEPT.forEach(RRef::close);
    KEPT.clear();
    mallory.closeNow(); // its own tables are wrong after the forged messages
    Groups.awaitEmpty(group);
    group.closeNow();
  }

  @Test
  void theReferencesOfARefusedCallLeaveNothing() throws IOException {
    for (int i = 0; i < 5 * LIMIT; i++) {
      toOlive.say(refusedCall(i));
    }
    assertThat(mallory.peer("olive").rpcSync(() -> 1)).isEqualTo(1);
    Groups.eventually("olive keeps nothing", () -> olive.stats().valuesOwned() == 0);
  }

  /** A call on a value that mallory does not hold. */
  private static byte[] refusedCall(int number) {
    Output out = new Output(64);
    int at = FrameWriter.begin(out, Frame.CALL);
    int flags = CallHead.TARGET | CallHead.FETCH | CallHead.TABLES;
    new CallHead(flags, 1_000_000 + number, 0, ALICE, NEVER, 0, 0, 0).write(out);
    Reference forged = new Reference(OLIVE, ALICE, NEVER + number, 1 + number, GUESS);
    new MessageTrailer(List.of(forged, forged), 0, List.of()).write(out);
    FrameWriter.end(out, at);
    return out.toByteArray();
  }

  @Test
  void noMoreThanTheLimitWaitForTheirValuesAndTheOthersAreDeadAtOnce() {
    RRef<Counter> mine = mallory.peer("olive").remote(Counter::new);
    mine.rpcSync(Counter::get);
    for (int i = 0; i < 2 * LIMIT; i++) {
      byte number = (byte) (NEVER + i);
      toOlive.changeTables(
          tables -> {
            tables.put(2, (byte) ALICE);
            tables.put(3, number);
          });
      mallory.peer("olive").runSync(() -> KEPT.add(mine));
    }
    toOlive.changeTables(_ -> {});
    assertThat(KEPT).hasSize(2 * LIMIT);
    int standIns = 2 * LIMIT;
    assertThat(olive.stats().valuesOwned()).isEqualTo(1 + standIns + LIMIT);
    assertThatThrownBy(() -> KEPT.getLast().localValue())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("limit maxReferencesHeld of worker olive");

    KEPT.forEach(RRef::close);
    Groups.eventually("olive has but mine", () -> olive.stats().valuesOwned() == 1);
    toOlive.changeTables(
        tables -> {
          tables.put(2, (byte) ALICE);
          tables.put(3, (byte) NEVER);
        });
    mallory.peer("olive").runSync(() -> KEPT.add(mine));
    toOlive.changeTables(_ -> {});
    assertThat(olive.stats().valuesOwned()).as("mallory may have some again").isEqualTo(3);
    mine.close();
  }
}
