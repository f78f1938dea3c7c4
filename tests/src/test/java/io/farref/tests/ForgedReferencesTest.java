package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.ref.lifetime.ControlMessage;
import io.farref.ref.lifetime.LossReason;
import io.farref.ref.lifetime.ValueId;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tests.ForgingLink.Received;
import io.farref.transport.InProcessTransport;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.ReplyHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mallory, a member of the group, wants to use a value that it was not given: a counter that alice
 * has on olive. Bob is not involved.
 */
@ExtendWith(NoLeaks.class)
class ForgedReferencesTest {
  private static final Set<RRef<Counter>> ALICES = new HashSet<>();
  private static final AtomicInteger TOUCHED = new AtomicInteger();
  private static final int OLIVE = 0;
  private static final int ALICE = 1;
  private static final long GUESS = 42;
  private static final int CALL_ID = 4_711;
  private static final ValueId COUNTER = new ValueId(OLIVE, ALICE, 0);

  private final List<ForgingLink> dialed = new CopyOnWriteArrayList<>();
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(new SpyingTransport(new InProcessTransport(), this::spy))
          .start("olive", "alice", "bob", "mallory");
  private final Worker olive = group.worker("olive");
  private final Worker alice = group.worker("alice");
  private final Worker mallory = group.worker("mallory");
  private final RRef<Counter> counter = alice.peer("olive").remote(Counter::new);

  private Link spy(Link below) {
    ForgingLink link = new ForgingLink(below);
    dialed.add(link);
    return link;
  }

  private ForgingLink linkTo(String worker) {
    int before = dialed.size();
    assertThat(mallory.peer(worker).rpcSync(() -> 1)).isEqualTo(1);
    return dialed.subList(before, dialed.size()).stream()
        .filter(each -> each.isOf("mallory"))
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void theIdIsAsMalloryGuessed() {
    TOUCHED.set(0);
    int five = counter.rpcSync(c -> c.add(5));
    assertThat(five).isEqualTo(5);
    assertThat(olive.ownedValues().getFirst().id()).isEqualTo(COUNTER.toString());
  }

  @AfterEach
  void nobodyWasHarmed() {
    assertThat(TOUCHED).hasValue(0);
    assertThat(counter.rpcSync(Counter::get)).isEqualTo(5);
    assertThat(holders()).containsExactly("alice");
    for (String each : List.of("alice", "bob")) {
      assertThat(group.worker(each).peer("olive").rpcSync(() -> 1)).isEqualTo(1);
    }
    counter.close();
    mallory.closeNow(); // its own tables may be wrong after the forged messages
    Groups.awaitEmpty(group);
    group.closeNow();
  }

  @Test
  void aHolderWithAGuessedTokenIsToldThatItWasGivenNoReference() throws IOException {
    ForgingLink toOlive = linkTo("olive");
    toOlive.say(refs(new ControlMessage.Hold(COUNTER, 1_000, 0, GUESS)));

    Groups.eventually(
        "an answer",
        () ->
            toOlive.received().stream()
                .filter(each -> each.kind() == Frame.REFS)
                .map(each -> ControlMessage.read(each.payload()))
                .anyMatch(new ControlMessage.Gone(COUNTER, 1_000, LossReason.NOT_GIVEN)::equals));
    assertFetchIsRefused(toOlive);
  }

  @Test
  void aCallWithAValueIdOnlyIsRefused() throws IOException {
    assertFetchIsRefused(linkTo("olive"));
  }

  private static void assertFetchIsRefused(ForgingLink toOlive) throws IOException {
    int fetch = CallHead.TARGET | CallHead.FETCH;
    CallHead head = new CallHead(fetch, CALL_ID, 0, ALICE, COUNTER.number(), 0, 0, 0);
    toOlive.say(frame(Frame.CALL, head::write));
    Groups.eventually(
        "a refusal",
        () -> toOlive.received().stream().anyMatch(ForgedReferencesTest::isRefusalOfFetch));
  }

  private static boolean isRefusalOfFetch(Received frame) {
    if (frame.kind() != Frame.REPLY) {
      return false;
    }
    Input payload = frame.payload();
    ReplyHead head = ReplyHead.read(payload);
    if (head.callId() != CALL_ID) {
      return false;
    }
    assertThat(head.has(ReplyHead.REFUSED)).isTrue();
    String text = new String(payload.readBytes(payload.remaining()), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("worker mallory holds no reference to value 0/1.0 of worker olive");
    return true;
  }

  @Test
  void aReleaseOfAReferenceThatOthersHoldReleasesNothing() throws IOException {
    ForgingLink toOlive = linkTo("olive");
    for (int holding = 0; holding < 10; holding++) {
      toOlive.say(refs(new ControlMessage.Release(COUNTER, holding)));
    }
    assertThat(mallory.peer("olive").rpcSync(() -> 1)).isEqualTo(1);
    assertThat(holders()).containsExactly("alice");
  }

  private List<String> holders() {
    return olive.ownedValues().stream()
        .filter(each -> each.id().equals(COUNTER.toString()))
        .flatMap(each -> each.holders().stream())
        .toList();
  }

  @Test
  void aPeerThatVoidsTheCreationOfAnotherIsCutOff() throws IOException {
    linkTo("olive").say(refs(new ControlMessage.Voided(COUNTER)));
    Groups.eventually(
        "mallory is out",
        () -> olive.peers().stream().noneMatch(each -> each.name().equals("mallory")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", "olive", "alice"})
  void aForgedReferenceIsDeadWhereverItArrives(String victim) {
    ForgingLink toVictim = linkTo(victim);
    RRef<Counter> mine = mallory.peer("olive").remote(Counter::new);
    mine.rpcSync(Counter::get);
    toVictim.changeTables(
        tables -> {
          assertThat(tables.get(1)).isEqualTo((byte) OLIVE);
          tables.put(2, (byte) ALICE);
          tables.put(3, (byte) COUNTER.number());
        });

    assertThatThrownBy(() -> mallory.peer(victim).runSync(() -> touch(mine)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageMatching("(?s).*(it is forged|holds no reference).*");
    ALICES.add(counter);
    boolean known = mallory.peer(victim).rpcSync(() -> ALICES.contains(mine));
    ALICES.clear();
    assertThat(known).as("it is not equal to a true one either").isFalse();
    mine.close();
  }

  private static void touch(RRef<Counter> reference) {
    if (reference.isOwner()) {
      reference.localValue().add(1);
    } else {
      reference.rpcSync(c -> c.add(1));
    }
    TOUCHED.incrementAndGet();
  }

  private static byte[] refs(ControlMessage message) {
    return frame(Frame.REFS, out -> ControlMessage.write(message, out));
  }

  private static byte[] frame(byte kind, Consumer<Output> payload) {
    Output out = new Output(64);
    int at = FrameWriter.begin(out, kind);
    payload.accept(out);
    FrameWriter.end(out, at);
    return out.toByteArray();
  }
}
