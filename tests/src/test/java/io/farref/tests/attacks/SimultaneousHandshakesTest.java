package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.TcpTransport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes that are under way at the same time; see {@link ClaimedIdsTest}. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class SimultaneousHandshakesTest {
  private final HeldWelcomes held = new HeldWelcomes(new TcpTransport());
  private final Port port = new Port(held);
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(port)
          .configure(w -> w.secret(Claim.SECRET))
          .start("a", "b", "mallory");

  @AfterEach
  void leave() {
    held.release(Integer.MAX_VALUE);
    group.closeNow();
  }

  private void assertUndisturbed() {
    held.release(Integer.MAX_VALUE);
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).isEqualTo(2);
    assertThat(group.worker("a").peer("b").rpcSync(() -> 3)).isEqualTo(3);
    group.workers().forEach(each -> assertThat(each.peers()).hasSize(3));
  }

  /** Both have proved to know the secret when neither has been served yet. */
  @ParameterizedTest
  @EnumSource(names = {"A_CONNECTION_THAT_ENDS_WITH_ITS_LINK", "A_SESSION"})
  void ofTwoThatClaimToBeOneWorkerAtTheSameTimeOneIsServed(Claim claim) throws Exception {
    assertThat(group.worker("mallory").peer("a").rpcSync(() -> 1)).isEqualTo(1);
    Port.Tape heard =
        port.tapes.stream().filter(each -> Claim.isHelloOf(2, each)).findFirst().orElseThrow();
    held.hold();
    CompletableFuture<Integer> call = group.worker("b").peer("a").rpcAsync(() -> 1);
    held.await(1);
    try (Link link = new TcpTransport().connect(heard.address, Claim.TIMEOUT)) {
      CompletableFuture<Throwable> claiming =
          CompletableFuture.supplyAsync(
              () -> claim.dial(link, heard, Claim.B), task -> Thread.ofVirtual().start(task));
      held.await(2);
      held.release(1);
      assertThat(call.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(1);
      held.release(2);
      assertThat(claiming.join()).as("WELCOME was on its way").isNull();
      ByteBuffer rest = ByteBuffer.allocate(1 << 12);
      while (link.read(rest.clear(), Claim.TIMEOUT) > 0) {
        // the reason
      }
    }
    assertUndisturbed();
  }

  @Test
  void twoWorkersThatDialEachOtherAtTheSameTimeAreBothServed() {
    held.hold();
    List<CompletableFuture<Integer>> calls =
        List.of(
            group.worker("a").peer("b").rpcAsync(() -> 1),
            group.worker("b").peer("a").rpcAsync(() -> 2));
    held.await(2);
    held.release(2);
    assertThat(calls.stream().map(each -> each.orTimeout(60, TimeUnit.SECONDS).join()))
        .containsExactly(1, 2);
    assertUndisturbed();
  }
}
