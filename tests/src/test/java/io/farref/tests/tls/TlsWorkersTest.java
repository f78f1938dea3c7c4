package io.farref.tests.tls;

import static io.farref.tests.tls.TlsGroups.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.ConnectionInfo;
import io.farref.RefusedException;
import io.farref.SameHost;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class TlsWorkersTest {
  private final Certificates certificates = new Certificates();
  private final TlsGroups groups = new TlsGroups();

  @AfterEach
  void leave() {
    groups.close();
  }

  @Test
  void workersWithCertificatesOfTheirNamesConnect() {
    LocalGroup group = groups.start(certificates.tls("a"), certificates.tls("b"), _ -> {});
    assertThat(ask(group)).isEqualTo(1);
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).isEqualTo(2);
    assertThat(group.worker("a").connections())
        .isNotEmpty()
        .allMatch(each -> each.transport().equals("tcp+tls"));
  }

  @Test
  void messagesOfManyRecordsArriveWhole() {
    LocalGroup group = groups.start(certificates.tls("a"), certificates.tls("b"), _ -> {});
    byte[] many = new byte[5 << 20];
    Arrays.fill(many, (byte) 7);
    long[] numbers = new long[100_000];
    assertThat(group.worker("a").peer("b").<byte[], RuntimeException>rpcSync(() -> many.clone()))
        .isEqualTo(many);
    assertThat(group.worker("a").peer("b").rpcSync(() -> numbers.length)).isEqualTo(100_000);
  }

  @Test
  void aCertificateMayNameTheWorkerAsDnsNameUriOrCommonName() {
    LocalGroup group =
        groups.start(
            certificates.tls(certificates.of("x", c -> c.addSanUriName(uri("farref:a")))),
            certificates.tls(certificates.of("b", c -> c)),
            _ -> {});
    assertThat(ask(group)).isEqualTo(1);
  }

  @Test
  void theCommonNameCountsOnlyIfThereIsNoOtherName() {
    LocalGroup group =
        groups.start(
            certificates.tls("a"),
            certificates.tls(certificates.of("b", c -> c.addSanDnsName("c"))),
            _ -> {});
    assertThatThrownBy(() -> ask(group)).hasMessageContainingAll("[c]", "not for worker 'b'");
  }

  private static java.net.URI uri(String text) {
    return java.net.URI.create(text);
  }

  @Test
  void anAcceptorWithACertificateOfAnotherNameIsRefusedByTheDialer() {
    LocalGroup group = groups.start(certificates.tls("a"), certificates.tls("c"), _ -> {});
    assertThatThrownBy(() -> ask(group))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContainingAll("[c]", "not for worker 'b'");
  }

  @Test
  void aDialerWithACertificateOfAnotherNameIsRefusedByTheAcceptor() {
    LocalGroup group = groups.start(certificates.tls("c"), certificates.tls("b"), _ -> {});
    assertThatThrownBy(() -> ask(group))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("refused the connection", "[c]", "not for worker 'a'");
  }

  @Test
  void aUsersIdentityRuleReplacesTheDefaultOne() {
    LocalGroup any =
        groups.start(
            certificates.tls("x").withAnyTrusted(),
            certificates.tls("y").withAnyTrusted(),
            _ -> {});
    assertThat(ask(any)).isEqualTo(1);
    LocalGroup own =
        groups.start(
            certificates.tls("team-a").withIdentity(TlsWorkersTest::isOfTeam),
            certificates.tls("team-b").withIdentity(TlsWorkersTest::isOfTeam),
            _ -> {});
    assertThat(ask(own)).isEqualTo(1);
  }

  private static boolean isOfTeam(X509Certificate certificate, String worker) {
    return Tls.namesIn(certificate).contains("team-" + worker);
  }

  @Test
  void aWorkerWithTlsMayListenOnAnyAddressWithoutASecret() {
    Worker worker =
        Worker.builder().name("x").listen("0.0.0.0:0").tls(certificates.tls("x")).join();
    assertThat(worker.self().rpcSync(() -> 1)).isEqualTo(1);
    worker.closeNow();
  }

  @Test
  void sameHostLinksUseTlsOnlyOnRequest() {
    LocalGroup.Builder sockets = LocalGroup.builder().sockets();
    LocalGroup plain =
        groups.start(
            sockets,
            certificates.tls("a"),
            certificates.tls("b"),
            worker -> worker.sameHost(SameHost.UNIX));
    assertThat(ask(plain)).isEqualTo(1);
    assertThat(plain.worker("a").connections())
        .extracting(ConnectionInfo::transport)
        .containsOnly("unix");
    LocalGroup everywhere =
        groups.start(
            LocalGroup.builder().sockets(),
            certificates.tls("a").withSameHost(),
            certificates.tls("b").withSameHost(),
            worker -> worker.sameHost(SameHost.UNIX));
    assertThat(ask(everywhere)).isEqualTo(1);
    assertThat(everywhere.worker("a").connections())
        .extracting(ConnectionInfo::transport)
        .containsOnly("unix+tls");
  }

  @Test
  void pemFilesConfigureTls(@TempDir Path forA, @TempDir Path forB) throws Exception {
    LocalGroup group =
        groups.start(
            certificates.pem(certificates.of("a"), forA),
            certificates.pem(certificates.of("b", c -> c.rsa2048().addSanDnsName("b")), forB),
            _ -> {});
    assertThat(ask(group)).isEqualTo(1);
  }

  @Test
  void joiningFailsWithTheErrorInAFile(@TempDir Path directory) throws Exception {
    Tls tls = certificates.pem(certificates.of("a"), directory);
    Tls.PemFiles files = (Tls.PemFiles) tls.source();
    String key = Files.readString(files.privateKey());
    assertRejected(tls, files.privateKey(), key.replace("PRIVATE KEY", "EC PRIVATE KEY"), "pkcs8");
    assertRejected(tls, files.privateKey(), "", "BEGIN PRIVATE KEY", "worker.key");
    Path other = Files.createDirectory(directory.resolve("other"));
    certificates.pem(certificates.of("b"), other);
    assertRejected(
        tls, files.privateKey(), Files.readString(other.resolve("worker.key")), "is not the one");
    Files.writeString(files.privateKey(), key);
    assertRejected(tls, files.trusted(), "nothing", "ca.pem has no certificate");
    Files.delete(files.trusted());
    assertThatThrownBy(() -> Worker.builder().name("a").tls(tls).join())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ca.pem");
  }

  private static void assertRejected(Tls tls, Path file, String content, String... why)
      throws Exception {
    Files.writeString(file, content);
    assertThatThrownBy(() -> Worker.builder().name("a").tls(tls).join())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(why);
  }
}
