package io.farref;

import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 between workers, each side with a certificate. Unless told otherwise, a certificate must
 * name the worker that shows it: see {@link #namesIn}. Given to {@link Worker.Builder#tls}.
 *
 * <p>Immutable.
 *
 * @param source where this worker's key, its certificate and the certificates that it trusts are
 *     from
 * @param identity whether whoever shows a certificate may be the worker of a name
 * @param everywhere whether also connections within this machine are encrypted, which only
 *     processes of the same user can make
 */
public record Tls(
    Source source, BiPredicate<X509Certificate, String> identity, boolean everywhere) {
  private static final String URI_PREFIX = "farref:";
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  /** Where keys and certificates are from. */
  public sealed interface Source {}

  /**
   * PEM files, which are looked at again before each new connection.
   *
   * @param certificateChain this worker's certificate, and those between it and what others trust
   * @param privateKey the certificate's key, unencrypted PKCS#8
   * @param trusted the certificates of whoever certifies workers
   */
  public record PemFiles(Path certificateChain, Path privateKey, Path trusted) implements Source {
    /** Checks that nothing is missing. */
    public PemFiles {
      Objects.requireNonNull(certificateChain, "certificateChain");
      Objects.requireNonNull(privateKey, "privateKey");
      Objects.requireNonNull(trusted, "trusted");
    }
  }

  /**
   * The program's own contexts.
   *
   * @param supplier is asked before each new connection
   */
  public record Contexts(Supplier<SSLContext> supplier) implements Source {
    /** Checks that nothing is missing. */
    public Contexts {
      Objects.requireNonNull(supplier, "supplier");
    }
  }

  /** Checks that nothing is missing. */
  public Tls {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(identity, "identity");
  }

  /**
   * With keys from PEM files. Who replaces the files need not restart anything: new connections use
   * what is there then, and while that is broken, what was there before.
   *
   * @param certificateChain this worker's certificate first, then those between it and what others
   *     trust
   * @param privateKey the certificate's key, unencrypted PKCS#8: RSA, EC or Ed25519
   * @param trusted the certificates of whoever certifies workers
   */
  public static Tls pem(Path certificateChain, Path privateKey, Path trusted) {
    return of(new PemFiles(certificateChain, privateKey, trusted));
  }

  /**
   * With contexts of the program's own making.
   *
   * @param contexts is asked before each new connection
   */
  public static Tls of(Supplier<SSLContext> contexts) {
    return of(new Contexts(contexts));
  }

  private static Tls of(Source source) {
    return new Tls(source, (certificate, worker) -> namesIn(certificate).contains(worker), false);
  }

  /**
   * With another rule who may be which worker. It is asked about certificates that are trusted.
   *
   * @param rule whether whoever shows this certificate may be the worker of that name
   */
  public Tls withIdentity(BiPredicate<X509Certificate, String> rule) {
    return new Tls(source, rule, everywhere);
  }

  /** Any trusted certificate may be any worker. */
  public Tls withAnyTrusted() {
    return withIdentity((certificate, worker) -> true);
  }

  /** Also for what connects processes of one machine. */
  public Tls withSameHost() {
    return new Tls(source, identity, true);
  }

  /**
   * The names of workers in a certificate: its alternative names that are DNS names, or URIs of the
   * form {@code farref:NAME}; if it has none of these, the common name of its subject.
   */
  public static List<String> namesIn(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> each : alternatives) {
          add(names, (Integer) each.get(0), each.get(1));
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // nobody, then
    }
    if (names.isEmpty()) {
      addCommonName(names, certificate);
    }
    return List.copyOf(names);
  }

  private static void add(List<String> names, int kind, @Nullable Object value) {
    if (value instanceof String text) {
      if (kind == DNS_NAME) {
        names.add(text);
      } else if (kind == URI && text.startsWith(URI_PREFIX)) {
        names.add(text.substring(URI_PREFIX.length()));
      }
    }
  }

  private static void addCommonName(List<String> names, X509Certificate certificate) {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
          names.add(name);
        }
      }
    } catch (InvalidNameException e) {
      names.clear(); // a subject that is no name names nobody
    }
  }
}
