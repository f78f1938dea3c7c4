package io.farref.tls;

import io.farref.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** The keys and certificates to use for the next connection. Thread-safe. */
interface Contexts {
  /** What is valid now. */
  SSLContext current();

  /**
   * Opens what a program has configured.
   *
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if what is in the files is of no use
   */
  static Contexts of(Tls.Source source) throws IOException, GeneralSecurityException {
    return switch (source) {
      case Tls.PemFiles files -> new PemContexts(files);
      case Tls.Contexts own -> own.supplier()::get;
    };
  }
}
