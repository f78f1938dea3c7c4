package io.farref.tests.tls;

import static io.farref.tests.tls.TlsGroups.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Tls;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.transport.InProcessTransport;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Certificate files that are replaced while the worker runs. */
@ExtendWith(NoLeaks.class)
class ReloadTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  private final Certificates certificates = new Certificates();
  private final TlsGroups groups = new TlsGroups();

  @TempDir private Path directory;

  @AfterEach
  void leave() {
    groups.close();
  }

  /** The certificate that a new connection is shown now. */
  private X509Certificate shown(TlsLinks acceptor) throws Exception {
    Link[] ends = InProcessTransport.pair();
    try (Link _ = ends[0];
        Link _ = ends[1]) {
      CompletableFuture<TlsLink> accepting = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  accepting.complete(acceptor.accept(ends[1], TIMEOUT));
                } catch (Exception e) {
                  accepting.completeExceptionally(e);
                }
              });
      TlsLink dialed = TlsLinks.of(certificates.tls("other")).dial(ends[0], TIMEOUT);
      accepting.get(20, TimeUnit.SECONDS);
      return dialed.certificate();
    }
  }

  @Test
  void newConnectionsUseNewFilesAndInvalidFilesAreIgnored() throws Exception {
    X509Bundle first = certificates.of("a");
    Tls tls = certificates.pem(first, directory);
    Path chain = ((Tls.PemFiles) tls.source()).certificateChain();
    Path key = ((Tls.PemFiles) tls.source()).privateKey();
    TlsLinks acceptor = TlsLinks.of(tls);
    assertThat(shown(acceptor)).isEqualTo(first.getCertificate());

    X509Bundle second = certificates.of("a");
    Files.writeString(chain, second.getCertificatePathPEM());
    assertThat(shown(acceptor)).as("no key for it yet").isEqualTo(first.getCertificate());
    Files.writeString(key, second.getPrivateKeyPEM());
    assertThat(shown(acceptor)).isEqualTo(second.getCertificate());

    Files.writeString(chain, "rubbish");
    assertThat(shown(acceptor)).isEqualTo(second.getCertificate());
    Files.delete(chain);
    assertThat(shown(acceptor)).isEqualTo(second.getCertificate());
    X509Bundle third = certificates.of("a");
    certificates.pem(third, directory);
    assertThat(shown(acceptor)).isEqualTo(third.getCertificate());
  }

  @Test
  void presentConnectionsStayOpenAfterAReload() throws Exception {
    Tls tls = certificates.pem(certificates.of("a"), directory);
    LocalGroup group = groups.start(tls, certificates.tls("b"), _ -> {});
    assertThat(ask(group)).isEqualTo(1);
    certificates.pem(certificates.of("a"), directory);
    assertThat(ask(group)).isEqualTo(1);
    assertThat(group.worker("b").peer("a").rpcSync(() -> 2)).as("a new one").isEqualTo(2);
  }
}
