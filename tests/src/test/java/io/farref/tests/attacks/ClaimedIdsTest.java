package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.TcpTransport;
import io.farref.wire.SessionOverException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mallory is a member, so it knows the secret, and there are no certificates: it claims to be
 * another member, whose connection it wants to take or to end.
 */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class ClaimedIdsTest {
  private final Port port = new Port(new TcpTransport());
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(port)
          .configure(w -> w.secret(Claim.SECRET))
          .start("a", "b", "mallory");

  @AfterEach
  void leave() {
    group.closeNow();
  }

  private Port.Tape helloOfB() {
    assertThat(group.worker("b").peer("a").rpcSync(() -> 1)).isEqualTo(1);
    return port.tapes.stream()
        .filter(each -> Claim.isHelloOf(Claim.B, each))
        .findFirst()
        .orElseThrow();
  }

  /** Claims to be that worker and hangs up; returns why it was not let in. */
  private static Throwable claimAndHangUp(Port.Tape heard, int id, Claim claim) throws IOException {
    try (Link link = new TcpTransport().connect(heard.address, Claim.TIMEOUT)) {
      return claim.dial(link, heard, id);
    }
  }

  private void assertUndisturbed() {
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).isEqualTo(2);
    assertThat(group.worker("a").peer("b").rpcSync(() -> 3)).isEqualTo(3);
    assertThat(group.worker("mallory").peer("a").rpcSync(() -> 4)).isEqualTo(4);
    group.workers().forEach(each -> assertThat(each.peers()).hasSize(3));
  }

  @ParameterizedTest
  @EnumSource
  void aMemberThatClaimsToBeAnotherOneIsRefusedAndTheLivingConnectionStays(Claim claim)
      throws IOException {
    Port.Tape heard = helloOfB();
    RRef<AtomicInteger> value = group.worker("b").peer("a").remote(() -> new AtomicInteger(5));
    assertThat(value.rpcSync(AtomicInteger::get)).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(claimAndHangUp(heard, Claim.B, claim))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("worker b has another connection to worker a");
      assertUndisturbed();
    }
    assertThat(value.rpcSync(AtomicInteger::incrementAndGet)).isEqualTo(6);
    value.close();
  }

  @ParameterizedTest
  @EnumSource
  void aMemberThatClaimsToBeTheWorkerItselfIsRefused(Claim claim) throws IOException {
    Port.Tape heard = helloOfB();
    assertThat(group.worker("a").self().rpcSync(() -> 1)).isEqualTo(1);
    assertThat(claimAndHangUp(heard, Claim.A, claim))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("this is worker a itself");
    assertThat(group.worker("a").self().rpcSync(() -> 2)).isEqualTo(2);
    assertUndisturbed();
  }

  @ParameterizedTest
  @EnumSource
  void aWorkerContinuesItsBrokenConnectionWhileAnotherClaimsItsId(Claim claim) throws IOException {
    Port.Tape heard = helloOfB();
    for (int i = 0; i < 5; i++) {
      port.tapes.forEach(Port.Tape::close);
      assertThat(claimAndHangUp(heard, Claim.B, claim)).isInstanceOf(RefusedException.class);
      assertUndisturbed();
    }
  }

  @Test
  void aMemberThatIsDeclaredDeadStaysDeadAlthoughAnotherClaimsToBeIt() throws IOException {
    Port.Tape heard = helloOfB();
    CompletableFuture<Object> lost = new CompletableFuture<>();
    group.worker("a").peer("b").onLost(lost::complete);
    group.worker("b").closeNow();
    lost.orTimeout(60, TimeUnit.SECONDS).join();
    for (Claim claim : Claim.values()) {
      assertThat(claimAndHangUp(heard, Claim.B, claim))
          .isInstanceOfSatisfying(
              SessionOverException.class, e -> assertThat(e.isDeclaredDead()).isTrue());
    }
    assertThat(group.worker("mallory").peer("a").rpcSync(() -> 4)).isEqualTo(4);
  }
}
