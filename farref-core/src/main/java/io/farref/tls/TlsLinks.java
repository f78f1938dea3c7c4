package io.farref.tls;

import io.farref.Tls;
import io.farref.observe.ForeignText;
import io.farref.spi.Link;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Puts TLS on links, with the configuration of one worker. Thread-safe. */
public final class TlsLinks {
  private static final String VERSION = "TLSv1.3";

  private final Tls tls;
  private final SslContextSource contexts;

  private TlsLinks(Tls tls, SslContextSource contexts) {
    this.tls = tls;
    this.contexts = contexts;
  }

  /**
   * Reads keys and certificates.
   *
   * @throws IllegalArgumentException if they cannot be used; the message says why
   */
  public static TlsLinks of(Tls tls) {
    try {
      return new TlsLinks(tls, SslContextSource.of(tls.source()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** Whether connections between processes of one machine are encrypted, too. */
  public boolean everywhere() {
    return tls.everywhere();
  }

  /**
   * Puts TLS on a link, as the side that connected.
   *
   * @throws javax.net.ssl.SSLException if either side refuses the other; the link below is open
   * @throws IOException if the link breaks or the time passes
   */
  public TlsLink dial(Link below, long timeoutNanos) throws IOException {
    return open(below, true, timeoutNanos);
  }

  /**
   * Puts TLS on a link, as the side that listens. See {@link #dial}.
   *
   * @throws javax.net.ssl.SSLException if either side refuses the other; the link below is open
   * @throws IOException if the link breaks or the time passes
   */
  public TlsLink accept(Link below, long timeoutNanos) throws IOException {
    return open(below, false, timeoutNanos);
  }

  private TlsLink open(Link below, boolean dials, long timeoutNanos) throws IOException {
    // Without the address of the other side, so that no TLS session is resumed: the other side
    // could then still connect when its certificate is not trusted any more.
    SSLEngine engine = engine();
    engine.setUseClientMode(dials);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {VERSION});
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    TlsLink link = new TlsLink(below, engine);
    link.handshake(timeoutNanos);
    return link;
  }

  private SSLEngine engine() throws SSLException {
    try {
      return contexts.current().createSSLEngine();
    } catch (RuntimeException e) {
      throw new SSLException("this side has no TLS to offer: " + e, e);
    }
  }

  /** Why the owner of this certificate cannot be that worker, or empty if it can. */
  public Optional<String> objection(X509Certificate certificate, String worker) {
    try {
      if (tls.identity().test(certificate, worker)) {
        return Optional.empty();
      }
    } catch (RuntimeException e) {
      return Optional.of("cannot tell whether its certificate is for '" + worker + "': " + e);
    }
    return Optional.of(
        "its certificate ("
            + ForeignText.of(certificate.getSubjectX500Principal().getName())
            + ") is for "
            + ForeignText.of(Tls.namesIn(certificate).toString())
            + ", not for worker '"
            + worker
            + "'");
  }
}
