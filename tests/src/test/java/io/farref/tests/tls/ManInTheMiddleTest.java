package io.farref.tests.tls;

import static io.farref.tests.tls.TlsGroups.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tls.TlsLinks;
import io.farref.transport.TcpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An attacker has obtained certificates with the names of both workers. */
@ExtendWith(NoLeaks.class)
class ManInTheMiddleTest {
  private final Certificates certificates = new Certificates();
  private final TlsGroups groups = new TlsGroups();
  private final ManInTheMiddle man =
      new ManInTheMiddle(
          new TcpTransport(),
          TlsLinks.of(certificates.tls("b")),
          TlsLinks.of(certificates.tls("a")));

  @AfterEach
  void leave() {
    groups.close();
  }

  /** Shows that the attack works where only certificates protect, so the other test has a point. */
  @Test
  void certificatesAloneDoNotStopAManInTheMiddle() {
    LocalGroup group = groups.start(certificates.tls("a"), certificates.tls("b"), man, _ -> {});
    assertThat(ask(group)).isEqualTo(1);
    assertThat(man.overheard).hasPositiveValue();
  }

  @Test
  void theProofOfTheSecretIsBoundToTheTlsConnectionAndCannotBeForwarded() {
    LocalGroup group =
        groups.start(
            certificates.tls("a"), certificates.tls("b"), man, worker -> worker.secret("known"));
    assertThatThrownBy(() -> ask(group))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("does not know the group secret");
    assertThat(man.overheard).as("he did pass on what he heard").hasPositiveValue();
  }

  @Test
  void withoutAManInTheMiddleTheSameWorkersConnect() {
    LocalGroup group =
        groups.start(
            certificates.tls("a"), certificates.tls("b"), worker -> worker.secret("known"));
    assertThat(ask(group)).isEqualTo(1);
  }
}
