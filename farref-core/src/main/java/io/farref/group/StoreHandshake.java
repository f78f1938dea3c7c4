package io.farref.group;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the user and the host of a store prove to each other that they know the group's secret,
 * without sending it.
 *
 * <pre>
 * user -> host   HELLO: magic, version, whether I have a secret, 32 random bytes
 * host -> user   HELLO: the same
 * user -> host   HMAC(secret, "user" and both hellos)
 * host -> user   WELCOME, HMAC(secret, "host" and both hellos); or REFUSED and one sentence
 * </pre>
 *
 * A proof is bound to both hellos, so it is worth nothing in another conversation, and to its role,
 * so it cannot be sent back to where it came from. The user goes first: whoever merely connects
 * learns nothing on which guesses at the secret could be tried. Without a secret the proofs are
 * made with an empty key and prove nothing; that is allowed on loopback only.
 */
final class StoreHandshake {
  /** Who proves. */
  enum Role {
    USER,
    HOST
  }

  static final int WELCOME = 0;
  static final int REFUSED = 1;

  private static final int NONCE = 32;
  private static final int PROOF = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Optional<String> secret;
  private final byte[] ownHello;

  StoreHandshake(Optional<String> secret) {
    this.secret = secret;
    Output out = new Output(64);
    out.writeBytes(StoreProtocol.MAGIC, 0, StoreProtocol.MAGIC.length);
    out.writeByte(StoreProtocol.VERSION);
    out.writeByte(secret.isPresent() ? 1 : 0);
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    out.writeBytes(nonce, 0, NONCE);
    this.ownHello = out.toByteArray();
  }

  /** What to send first. */
  byte[] hello() {
    return ownHello.clone();
  }

  /**
   * Checks that the other side talks of the same thing.
   *
   * @return why not, if it does not, as a sentence to a worker's user
   * @throws MalformedException if what came is no hello
   */
  static Optional<String> objection(byte[] userHello, byte[] hostHello) {
    int userVersion = version(userHello);
    int hostVersion = version(hostHello);
    if (userVersion != hostVersion) {
      return Optional.of(
          "the host of the store speaks version "
              + hostVersion
              + " of the store's protocol, this worker version "
              + userVersion
              + ": use one release of Farref in the whole group");
    }
    boolean userHas = hasSecret(userHello);
    boolean hostHas = hasSecret(hostHello);
    if (hostHas && !userHas) {
      return Optional.of(
          "the group has a secret and this worker has none: set FARREF_SECRET or call secret(...)");
    }
    if (userHas && !hostHas) {
      return Optional.of(
          "this worker has a secret and the host of the store has none: give the same secret to"
              + " all workers of the group");
    }
    return Optional.empty();
  }

  /** What one side sends to prove that it knows the secret. */
  byte[] proof(Role role, byte[] userHello, byte[] hostHello) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(), "HmacSHA256"));
      mac.update(("farref store " + role + "\0").getBytes(StandardCharsets.US_ASCII));
      mac.update(userHello);
      mac.update(hostHello);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Whether a proof of the other side is right; takes as long for a wrong one. */
  boolean verify(byte[] proof, Role role, byte[] userHello, byte[] hostHello) {
    return MessageDigest.isEqual(proof, proof(role, userHello, hostHello));
  }

  /** Reads a proof from the rest of a frame. */
  static byte[] readProof(Input in) {
    if (in.remaining() != PROOF) {
      throw new MalformedException("a proof of " + in.remaining() + " bytes, not " + PROOF);
    }
    return in.readBytes(PROOF);
  }

  private byte[] key() {
    // The first byte keeps the key from being empty, which javax.crypto refuses.
    byte[] bytes = secret.orElse("").getBytes(StandardCharsets.UTF_8);
    byte[] key = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, key, 1, bytes.length);
    return key;
  }

  private static int version(byte[] hello) {
    int magic = StoreProtocol.MAGIC.length;
    if (hello.length < magic + 2
        || !Arrays.equals(hello, 0, magic, StoreProtocol.MAGIC, 0, magic)) {
      throw new MalformedException("not the hello of a Farref store");
    }
    int version = hello[magic] & 0xFF;
    if (version == StoreProtocol.VERSION && hello.length != magic + 2 + NONCE) {
      throw new MalformedException("a hello of " + hello.length + " bytes");
    }
    return version;
  }

  private static boolean hasSecret(byte[] hello) {
    return hello[StoreProtocol.MAGIC.length + 1] != 0;
  }
}
