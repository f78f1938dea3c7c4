package io.farref.tests.tls;

import static io.farref.tests.tls.TlsGroups.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.TcpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class WrongCertificatesTest {
  private final Certificates certificates = new Certificates();
  private final TlsGroups groups = new TlsGroups();

  @AfterEach
  void leave() {
    groups.close();
  }

  private void assertRefused(Tls a, Tls b, String why) {
    LocalGroup group = groups.start(a, b, WrongCertificatesTest::isImpatient);
    assertThatThrownBy(() -> ask(group))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining(why);
    assertThat(group.worker("b").self().rpcSync(() -> 2)).isEqualTo(2);
  }

  /** Who has not proved anything is dialed again until the session timeout. */
  private static void isImpatient(Worker.Builder worker) {
    worker.sessionTimeout(Duration.ofSeconds(1));
  }

  private Tls outdated(String name) {
    Instant now = Instant.now();
    return certificates.tls(
        certificates.of(
            name,
            c ->
                c.addSanDnsName(name)
                    .notBefore(now.minus(Duration.ofDays(2)))
                    .notAfter(now.minus(Duration.ofDays(1)))));
  }

  @Test
  void anAcceptorWhoseCertificateHasExpiredIsRefused() {
    assertRefused(certificates.tls("a"), outdated("b"), "NotAfter");
  }

  @Test
  void aDialerWhoseCertificateHasExpiredIsRefusedAndTold() {
    assertRefused(outdated("a"), certificates.tls("b"), "certificate");
  }

  @Test
  void anAcceptorOfAnotherAuthorityIsRefused() {
    assertRefused(certificates.tls("a"), new Certificates().tls("b"), "path");
  }

  @Test
  void aDialerOfAnotherAuthorityIsRefusedAndTold() {
    Certificates other = new Certificates();
    Tls stranger = // trusts the right authority, but has no certificate from it
        Tls.of(() -> mixed(other, "a", certificates));
    assertRefused(stranger, certificates.tls("b"), "certificate");
  }

  private static SSLContext mixed(Certificates own, String name, Certificates trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own.of(name).toKeyManagerFactory().getKeyManagers(),
          trusted.of("any").toTrustManagerFactory().getTrustManagers(),
          new SecureRandom());
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDialerWithoutCertificateIsRefusedAndTold() {
    Tls none =
        Tls.of(
            () -> {
              try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(
                    null,
                    certificates.of("any").toTrustManagerFactory().getTrustManagers(),
                    new SecureRandom());
                return context;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertRefused(none, certificates.tls("b"), "certificate");
  }

  @Test
  void aDialerWithoutTlsIsRefused() {
    LocalGroup group = groups.start(null, certificates.tls("b"), _ -> {});
    assertThatThrownBy(() -> ask(group)).hasMessageContaining("speaks TLS");
    assertThat(group.worker("b").self().rpcSync(() -> 2)).isEqualTo(2);
  }

  @Test
  void anAcceptorWithoutTlsIsRefused() {
    LocalGroup group =
        groups.start(certificates.tls("a"), null, WrongCertificatesTest::isImpatient);
    assertThatThrownBy(() -> ask(group)).hasMessageContaining("TLS");
  }

  @Test
  void anIdentityRuleOrKeySourceThatThrowsRefusesAllConnections() {
    Tls broken =
        certificates
            .tls("b")
            .withIdentity(
                (_, _) -> {
                  throw new IllegalStateException("no list of workers");
                });
    assertRefused(certificates.tls("a"), broken, "no list of workers");
    Tls none =
        Tls.of(
            () -> {
              throw new IllegalStateException("no key today");
            });
    assertRefused(none, certificates.tls("b"), "no key today");
  }

  @Test
  void anOlderTlsVersionIsRefused() throws Exception {
    Addresses addresses = new Addresses(new TcpTransport());
    LocalGroup group =
        groups.start(certificates.tls("a"), certificates.tls("b"), addresses, _ -> {});
    String address = addresses.listening.getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    SSLContext trusting = certificates.context(certificates.of("a"));
    try (var socket =
        (SSLSocket)
            trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("protocol_version");
    }
    assertThat(ask(group)).isEqualTo(1);
  }

  @Test
  void aWorkerWithoutTheGroupSecretIsRefusedEvenWithACertificate() {
    LocalGroup group =
        groups.start(
            certificates.tls("a"),
            certificates.tls("b"),
            new java.util.function.Consumer<Worker.Builder>() {
              private int rank;

              @Override
              public void accept(Worker.Builder worker) {
                isImpatient(worker.secret(rank++ == 0 ? "guessed" : "the secret"));
              }
            });
    assertThatThrownBy(() -> ask(group))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("does not know the group secret");
  }
}
