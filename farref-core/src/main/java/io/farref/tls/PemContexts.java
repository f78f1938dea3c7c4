package io.farref.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.Tls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys and certificates in PEM files, read again when a file has changed. If the new files cannot
 * be used, that is logged once and the previous ones stay in use: files are replaced one after the
 * other.
 */
final class PemContexts implements SslContextSource {
  private static final System.Logger LOG = System.getLogger(PemContexts.class.getPackageName());
  private static final char[] NO_PASSWORD = {};

  private final Tls.PemFiles files;

  @GuardedBy("this")
  private SSLContext context;

  @GuardedBy("this")
  private List<String> seen;

  PemContexts(Tls.PemFiles files) throws IOException, GeneralSecurityException {
    this.files = files;
    seen = describe();
    context = load();
  }

  @Override
  public synchronized SSLContext current() {
    List<String> now = describe();
    if (!now.equals(seen)) {
      seen = now; // also if the files cannot be used: they are read again after the next change
      try {
        context = load();
        LOG.log(Level.INFO, "TLS: uses the new {0}", files.certificateChain());
      } catch (IOException | GeneralSecurityException e) {
        LOG.log(
            Level.WARNING,
            "TLS: keeps the previous keys and certificates, because the new files cannot be used",
            e);
      }
    }
    return context;
  }

  /** A description of the files that changes when one of them is replaced. */
  private List<String> describe() {
    return Stream.of(files.certificateChain(), files.privateKey(), files.trusted())
        .map(PemContexts::describe)
        .toList();
  }

  private static String describe(Path file) {
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "not there: " + e.getMessage();
    }
  }

  private SSLContext load() throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = Pem.certificates(files.certificateChain());
    PrivateKey key = Pem.privateKey(files.privateKey(), chain.getFirst().getPublicKey());
    checkPair(chain.getFirst(), key);
    KeyStore own = emptyStore();
    own.setKeyEntry("worker", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, NO_PASSWORD);
    KeyStore trusted = emptyStore();
    for (X509Certificate each : Pem.certificates(files.trusted())) {
      trusted.setCertificateEntry("trusted " + trusted.size(), each);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext made = SSLContext.getInstance("TLSv1.3");
    made.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return made;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /**
   * Signs and verifies something, so that a wrong pair fails here and not in the first connection.
   */
  private void checkPair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(certificate.getEncoded());
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(certificate.getEncoded());
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException(
          "the key in "
              + files.privateKey()
              + " is not the one of the certificate in "
              + files.certificateChain());
    }
  }
}
