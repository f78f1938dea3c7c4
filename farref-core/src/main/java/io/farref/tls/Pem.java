package io.farref.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from PEM files. Its errors name the file and say what to do. */
final class Pem {
  /** A block between a BEGIN and an END line; text outside of blocks is comment. */
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([^-]*)-----END \\1-----");

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";

  private Pem() {}

  private record Block(String kind, byte[] content) {}

  /** All certificates of a file, at least one, in order. */
  static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.kind.equals(CERTIFICATE)) {
        try {
          var der = new ByteArrayInputStream(block.content);
          found.add((X509Certificate) factory.generateCertificate(der));
        } catch (CertificateException e) {
          throw new CertificateException(
              "certificate " + (found.size() + 1) + " of " + file + " is broken", e);
        }
      }
    }
    if (found.isEmpty()) {
      throw new CertificateException(
          file + " has no certificate: it must have a line -----BEGIN CERTIFICATE-----");
    }
    return found;
  }

  /** The private key of a file, which must have the algorithm of a public key. */
  static PrivateKey privateKey(Path file, PublicKey kind)
      throws IOException, GeneralSecurityException {
    List<String> others = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.kind.equals(PRIVATE_KEY)) {
        try {
          return KeyFactory.getInstance(kind.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(block.content));
        } catch (GeneralSecurityException e) {
          throw new GeneralSecurityException(
              "the private key in "
                  + file
                  + " is broken, or is no "
                  + kind.getAlgorithm()
                  + " key, which the certificate is for",
              e);
        }
      }
      others.add(block.kind);
    }
    throw new GeneralSecurityException(
        file
            + " has no unencrypted PKCS#8 key: it must have a line -----BEGIN PRIVATE KEY-----"
            + (others.isEmpty()
                ? ""
                : ", but has "
                    + others
                    + "; convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW"));
  }

  private static List<Block> blocks(Path file) throws IOException, GeneralSecurityException {
    Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      try {
        blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException(
            "the " + matcher.group(1) + " in " + file + " is not in base 64", e);
      }
    }
    return blocks;
  }
}
