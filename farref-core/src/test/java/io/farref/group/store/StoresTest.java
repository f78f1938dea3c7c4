package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.JoinException;
import io.farref.group.JoinRequest;
import io.farref.group.Ports;
import io.farref.group.membership.JoinedWorkers;
import io.farref.group.membership.Membership;
import io.farref.spi.Store;
import io.farref.spi.StoreProvider.Options;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoresTest {
  private static final Options OPTIONS =
      new Options(Optional.of(0), Optional.empty(), Duration.ofMillis(300));

  @ParameterizedTest
  @ValueSource(
      strings = {"zookeeper://here", "here", "no uri", "tcp://", "file://host/dir", "mem://"})
  void aUriThatMakesNoSenseIsNamed(String uri) {
    assertThatThrownBy(() -> Stores.open(uri, OPTIONS, StoreContext.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(uri);
  }

  @Test
  void anUnknownSchemeIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Stores.open("zookeeper://here", OPTIONS, StoreContext.NONE))
        .hasMessageContaining("env://, file://, mem://, tcp://");
  }

  @Test
  void theEnvironmentNamesATcpStore() throws IOException {
    int port = Ports.free();
    EnvStoreProvider provider =
        new EnvStoreProvider(
            Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", Integer.toString(port)));
    try (Store store = provider.open(URI.create("env:///"), OPTIONS)) {
      assertThat(store).hasToString("tcp://127.0.0.1:" + port);
    }
  }

  @Test
  void envWithNothingBehindItIsAUri() {
    // What it opens is up to the environment of these tests.
    assertThat(catchThrowable(() -> Stores.open("env://", OPTIONS, StoreContext.NONE).close()))
        .satisfiesAnyOf(
            failure -> assertThat(failure).isNull(),
            failure -> assertThat(failure).hasMessageNotContaining("is not a URI"));
  }

  @Test
  void anEnvironmentThatNamesNoneIsRefused() {
    assertThatThrownBy(() -> new EnvStoreProvider(Map.of()).open(URI.create("env:///"), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MASTER_ADDR and MASTER_PORT");
  }

  @Test
  void aWorkerWithoutARendezvousIsAlone() {
    JoinRequest request =
        new JoinRequest(
            Optional.empty(), OptionalInt.empty(), OptionalInt.of(1), "a:1", Duration.ZERO);
    try (Membership one = alone(request);
        Membership two = alone(request)) {
      assertThat(one.members()).containsExactly(one.self());
      assertThat(two.groupId()).isNotEqualTo(one.groupId());
    }
  }

  private static Membership alone(JoinRequest request) {
    return Membership.join(
        Optional.empty(), Optional.empty(), Optional.empty(), request, a -> true);
  }

  @Test
  void aStoreThatCannotBeReachedEndsTheJoin() {
    JoinRequest request =
        new JoinRequest(
            Optional.of("b"), OptionalInt.of(1), OptionalInt.of(2), "a:1", Duration.ofMillis(200));
    String uri = "tcp://127.0.0.1:" + Ports.free();
    assertThatThrownBy(
            () ->
                Membership.join(
                    Optional.of(uri), Optional.empty(), Optional.empty(), request, a -> true))
        .isInstanceOf(JoinException.class)
        .hasMessageContaining("b (rank 1, a:1) could not join: no store at " + uri);
  }

  @Test
  void sixtyFourWorkersJoinInOneGo() {
    JoinedWorkers group = new JoinedWorkers("tcp://127.0.0.1:" + Ports.free());
    group.timeout = Duration.ofSeconds(60);
    var joining =
        IntStream.range(0, 64).mapToObj(rank -> group.worker().rank(rank).of(64).start()).toList();
    var members = joining.stream().map(JoinedWorkers::get).toList();
    assertThat(members).allSatisfy(m -> assertThat(m.members()).hasSize(64));
    members.reversed().forEach(Membership::close);
  }
}
