package io.farref.tls;

import io.farref.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** Supplies the keys and certificates for the next connection. Thread-safe. */
interface SslContextSource {
  /** The keys and certificates that are valid now. */
  SSLContext current();

  /**
   * Opens the source that a program has configured.
   *
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if the contents of the files cannot be used
   */
  static SslContextSource of(Tls.Source source) throws IOException, GeneralSecurityException {
    return switch (source) {
      case Tls.PemFiles files -> new PemContexts(files);
      case Tls.Contexts own -> own.supplier()::get;
    };
  }
}
