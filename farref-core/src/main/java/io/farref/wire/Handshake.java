package io.farref.wire;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.Link;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The start of a connection: both sides say who they are and prove, when the group has a secret,
 * that they know it.
 *
 * <pre>
 *   dialer                                                         acceptor
 *     HELLO      magic, lowest and highest version, group, own id,
 *                id of whom it means, nonce (16)              ---&gt;
 *                                                             &lt;---  CHALLENGE  version, own id, nonce (16),
 *                                                                              proof of the acceptor (0 or 32)
 *     PROOF      proof of the dialer (0 or 32)                ---&gt;
 *                                                             &lt;---  WELCOME
 * </pre>
 *
 * <p>A proof is the HMAC-SHA256, keyed with the secret, of the prover's role, all bytes of HELLO
 * and CHALLENGE before the proof, and what {@linkplain Assurance#binding distinguishes} the
 * connection below, if anything does; so it holds for this connection, these two workers and this
 * role only, and neither side learns anything it could replay. Either side may answer with REJECT
 * and a reason instead. Until the proof is good, no more than {@value #MAX_FRAME} bytes a frame are
 * read.
 */
public final class Handshake {
  /** The version of the protocol that this code speaks. */
  public static final int VERSION = 1;

  static final int MAX_FRAME = 4096;
  private static final int MAGIC = 0x46_52_52_46; // "FRRF"
  private static final int NONCE = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Link link;
  private final Optional<String> secret;
  private final Assurance assurance;
  private final long deadline;

  private Handshake(Link link, Optional<String> secret, Assurance assurance, long timeoutNanos) {
    this.link = link;
    this.secret = secret;
    this.assurance = assurance;
    this.deadline = System.nanoTime() + timeoutNanos;
  }

  /** Who is let in, and on which terms. */
  public interface Host {
    /**
     * Lets in a worker that has proved to be of the group; called before it is told.
     *
     * @throws RejectedException to turn it away
     */
    Welcome admit(Hello hello) throws RejectedException;
  }

  /**
   * Introduces this worker to the one that accepted the link.
   *
   * @param assurance what is known of the other side from below
   * @throws RefusedException if either side says no
   * @throws SessionOverException if the other side has no such session, or has given this worker up
   * @throws IOException if the link breaks, the time passes, or what answers is no Farref worker
   */
  public static Welcome dial(
      Link link, Hello hello, Optional<String> secret, Assurance assurance, long timeoutNanos)
      throws IOException {
    return new Handshake(link, secret, assurance, timeoutNanos).dial(hello);
  }

  /**
   * Answers a worker that dialed.
   *
   * @param assurance what is known of the other side from below
   * @return what the dialer said
   * @throws RefusedException if either side says no
   * @throws IOException if the link breaks, the time passes, or what dialed is no Farref worker
   */
  public static Hello accept(
      Link link,
      String group,
      int self,
      Optional<String> secret,
      Assurance assurance,
      Host host,
      long timeoutNanos)
      throws IOException {
    return new Handshake(link, secret, assurance, timeoutNanos).accept(group, self, host);
  }

  private Welcome dial(Hello mine) throws IOException {
    Output hello = new Output(128);
    hello.writeInt(MAGIC);
    hello.writeVarInt(VERSION);
    hello.writeVarInt(VERSION);
    byte[] nonce = nonce();
    hello.writeBytes(nonce, 0, NONCE);
    mine.write(hello);
    send(Frame.HELLO, hello);

    Input challenge = receive(Frame.CHALLENGE);
    int start = challenge.position();
    int version = challenge.readVarInt();
    int other = challenge.readVarInt();
    challenge.readBytes(NONCE);
    byte[] said = Arrays.copyOfRange(challenge.array(), start, challenge.position());
    byte[] proof = challenge.readBytes(challenge.remaining());
    if (version != VERSION || other != mine.to()) {
      throw reject(
          "meant worker "
              + mine.to()
              + " speaking version "
              + VERSION
              + ", got worker "
              + other
              + " speaking version "
              + version);
    }
    checkAssured(mine.to());
    byte[] transcript = concat(hello.toByteArray(), said);
    verify(proof, "acceptor", transcript);
    Output own = new Output(32);
    byte[] proofOfMine = prove("dialer", transcript);
    own.writeBytes(proofOfMine, 0, proofOfMine.length);
    send(Frame.PROOF, own);
    return Welcome.read(receive(Frame.WELCOME));
  }

  private Hello accept(String group, int self, Host host) throws IOException {
    Input hello = receive(Frame.HELLO);
    byte[] heard =
        Arrays.copyOfRange(hello.array(), hello.position(), hello.position() + hello.remaining());
    if (hello.readInt() != MAGIC) {
      throw new MalformedException("not a Farref worker");
    }
    int lowest = hello.readVarInt();
    int highest = hello.readVarInt();
    if (lowest > VERSION || highest < VERSION) {
      throw reject(
          "this worker speaks version " + VERSION + ", the other " + lowest + " to " + highest);
    }
    hello.readBytes(NONCE);
    Hello theirs = Hello.read(hello);
    if (!theirs.group().equals(group)) {
      throw reject("this worker belongs to another group");
    }
    if (theirs.to() != self) {
      throw reject("this is worker " + self + ", not " + theirs.to());
    }
    Output said = new Output(64);
    said.writeVarInt(VERSION);
    said.writeVarInt(self);
    byte[] nonce = nonce();
    said.writeBytes(nonce, 0, NONCE);
    byte[] transcript = concat(heard, said.toByteArray());
    byte[] mine = prove("acceptor", transcript);
    said.writeBytes(mine, 0, mine.length);
    send(Frame.CHALLENGE, said);

    Input proof = receive(Frame.PROOF);
    verify(proof.readBytes(proof.remaining()), "dialer", transcript);
    checkAssured(theirs.from());
    Output welcome = new Output(64);
    try {
      host.admit(theirs).write(welcome);
    } catch (RejectedException e) {
      throw reject(e.kind(), String.valueOf(e.getMessage()));
    }
    send(Frame.WELCOME, welcome);
    return theirs;
  }

  private void checkAssured(int worker) throws IOException {
    Optional<String> objection = assurance.objection(worker);
    if (objection.isPresent()) {
      throw reject(objection.get());
    }
  }

  private byte[] prove(String role, byte[] transcript) throws IOException {
    if (secret.isEmpty()) {
      return new byte[0];
    }
    byte[] binding = assurance.binding();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(secret.get().getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
      mac.update(("farref " + role + "\0").getBytes(StandardCharsets.US_ASCII));
      mac.update(transcript);
      return mac.doFinal(binding);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks HmacSHA256", e);
    }
  }

  private void verify(byte[] proof, String role, byte[] transcript) throws IOException {
    if (!MessageDigest.isEqual(proof, prove(role, transcript))) {
      throw reject(
          proof.length == 0
              ? "the " + role + " has no group secret, this side demands one"
              : secret.isEmpty()
                  ? "the " + role + " has a group secret, this side has none"
                  : "the " + role + " does not know the group secret");
    }
  }

  /** Tells the other side, then is thrown here. */
  private RefusedException reject(String reason) throws IOException {
    return reject(RejectedException.Kind.REFUSED, reason);
  }

  private RefusedException reject(RejectedException.Kind kind, String reason) throws IOException {
    Output out = new Output(64);
    out.writeByte((byte) kind.ordinal());
    out.writeUtf8(reason);
    send(Frame.REJECT, out);
    return new RefusedException(
        "connection with " + link.remoteAddress() + " refused: " + reason, Execution.NOT_EXECUTED);
  }

  private void send(byte kind, Output payload) throws IOException {
    Output out = new Output(payload.size() + Frame.HEADER_SIZE);
    int at = FrameWriter.begin(out, kind);
    out.writeBytes(payload.array(), 0, payload.size());
    FrameWriter.end(out, at);
    link.write(new ByteBuffer[] {out.asByteBuffer()}, 0, 1);
  }

  private Input receive(byte kind) throws IOException {
    int length = readFully(4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if ((length & 0xFF00) == 0x0300 && (length & 0xFF) >= 0x14 && (length & 0xFF) <= 0x16) {
      throw new MalformedException("the other side speaks TLS, this side does not: both must");
    }
    if (length < 1 || length > MAX_FRAME) {
      throw new MalformedException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    Input in = new Input(readFully(length).array());
    byte got = in.readByte();
    if (got == Frame.REJECT) {
      throw rejected(RejectedException.Kind.of(in.readByte()), in.readUtf8());
    }
    if (got != kind) {
      throw new MalformedException(Frame.name(got) + " instead of " + Frame.name(kind));
    }
    return in;
  }

  private RefusedException rejected(RejectedException.Kind kind, String reason)
      throws SessionOverException {
    if (kind == RejectedException.Kind.REFUSED) {
      return new RefusedException(
          link.remoteAddress() + " refused the connection: " + reason, Execution.NOT_EXECUTED);
    }
    throw new SessionOverException(reason, kind == RejectedException.Kind.GIVEN_UP);
  }

  private ByteBuffer readFully(int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IOException("no handshake from " + link.remoteAddress() + " in time");
      }
      if (link.read(buffer, Math.min(left, TimeUnit.MINUTES.toNanos(1))) < 0) {
        throw new EOFException(link.remoteAddress() + " hung up during the handshake");
      }
    }
    return buffer.flip();
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
