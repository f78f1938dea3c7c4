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
 * The settings for TLS 1.3 between workers, with a certificate on each side. Unless changed by
 * {@link #withIdentity}, a certificate must name the worker that shows it: see {@link #namesIn}.
 * Immutable; given to {@link Worker.Builder#tls}.
 *
 * @param source where this worker's key and certificate, and the certificates that it trusts, come
 *     from
 * @param identity whether the owner of a trusted certificate may be the worker of a name; called by
 *     several threads
 * @param everywhere whether connections within this machine are encrypted too, which only processes
 *     of the same user can make
 */
public record Tls(
    Source source, BiPredicate<X509Certificate, String> identity, boolean everywhere) {
  private static final String URI_PREFIX = "farref:";
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  /** Where keys and certificates come from. */
  public sealed interface Source {}

  /**
   * PEM files, which are checked for changes before each new connection.
   *
   * @param certificateChain this worker's certificate, then the intermediate certificates
   * @param privateKey the certificate's private key, unencrypted PKCS#8
   * @param trusted the certificates of the authorities that certify workers
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
   * The program's own TLS contexts.
   *
   * @param supplier is called before each new connection, by several threads
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
   * TLS with keys from PEM files. The files can be replaced while the worker runs: new connections
   * use the new ones, or the old ones while the new ones cannot be read.
   *
   * @param certificateChain this worker's certificate first, then the intermediate certificates
   * @param privateKey the certificate's private key, unencrypted PKCS#8: RSA, EC or Ed25519
   * @param trusted the certificates of the authorities that certify workers
   */
  public static Tls pem(Path certificateChain, Path privateKey, Path trusted) {
    return of(new PemFiles(certificateChain, privateKey, trusted));
  }

  /**
   * TLS with contexts that the program makes.
   *
   * @param contexts is called before each new connection, by several threads
   */
  public static Tls of(Supplier<SSLContext> contexts) {
    return of(new Contexts(contexts));
  }

  private static Tls of(Source source) {
    return new Tls(source, (certificate, worker) -> namesIn(certificate).contains(worker), false);
  }

  /**
   * These settings with another rule which certificate may be which worker. It is asked about
   * trusted certificates only, by several threads.
   *
   * @param rule whether the owner of this certificate may be the worker of that name
   */
  public Tls withIdentity(BiPredicate<X509Certificate, String> rule) {
    return new Tls(source, rule, everywhere);
  }

  /** These settings with the rule that any trusted certificate may be any worker. */
  public Tls withAnyTrusted() {
    return withIdentity((certificate, worker) -> true);
  }

  /** These settings with TLS on connections within one machine too. */
  public Tls withSameHost() {
    return new Tls(source, identity, true);
  }

  /**
   * The names of workers in a certificate: its subject alternative names that are DNS names, or
   * URIs of the form {@code farref:NAME}; if it has none of these, the common name of its subject.
   * Empty if there are no names, or they cannot be read.
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
      return List.of(); // names no worker
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
      names.clear(); // the subject is not a name, so it names no worker
    }
  }
}
