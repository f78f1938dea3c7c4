package io.farref.tests.tls;

import io.farref.Tls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A certificate authority for one test, and the certificates that it issues to workers. */
public final class Certificates {
  private final X509Bundle authority;

  public Certificates() {
    try {
      authority =
          builder().subject("CN=test authority").setIsCertificateAuthority(true).buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static CertificateBuilder builder() {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(Duration.ofHours(1)));
  }

  /** A certificate of a worker of that name. */
  public X509Bundle of(String worker) {
    return of(worker, each -> each.addSanDnsName(worker));
  }

  /** A certificate with the properties that the test sets. */
  public X509Bundle of(String commonName, UnaryOperator<CertificateBuilder> changes) {
    try {
      return changes.apply(builder().subject("CN=" + commonName)).buildIssuedBy(authority);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The TLS configuration of a worker of that name. */
  public Tls tls(String worker) {
    return tls(of(worker));
  }

  /** A configuration with this certificate and trust in this authority. */
  public Tls tls(X509Bundle own) {
    SSLContext context = context(own);
    return Tls.of(() -> context);
  }

  /** A configuration with this certificate and trust in this authority. */
  public SSLContext context(X509Bundle own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own.toKeyManagerFactory().getKeyManagers(),
          authority.toTrustManagerFactory().getTrustManagers(),
          new SecureRandom());
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a certificate, its key and this authority's certificate as PEM files. */
  public Tls pem(X509Bundle own, Path directory) throws IOException {
    Path chain = directory.resolve("worker.pem");
    Path key = directory.resolve("worker.key");
    Path trusted = directory.resolve("ca.pem");
    Files.writeString(chain, own.getCertificatePathPEM());
    Files.writeString(key, own.getPrivateKeyPEM());
    Files.writeString(trusted, authority.getCertificatePEM());
    return Tls.pem(chain, key, trusted);
  }
}
