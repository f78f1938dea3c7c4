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
import java.util.function.IntPredicate;
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
 * <p>A proof is the HMAC-SHA256, keyed with the secret, of the prover's role and all bytes of HELLO
 * and CHALLENGE before the proof; so it holds for this connection, these two workers and this role
 * only, and neither side learns anything it could replay. Either side may answer with REJECT and a
 * reason instead. Until the proof is good, no more than {@value #MAX_FRAME} bytes a frame are read.
 */
public final class Handshake {
  /** The version of the protocol that this code speaks. */
  public static final int VERSION = 1;

  static final int MAX_FRAME = 4096;
  private static final int MAGIC = 0x46_52_52_46; // "FRRF"
  private static final int NONCE = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Link link;
  private final String group;
  private final int self;
  private final Optional<String> secret;
  private final long deadline;

  private Handshake(Link link, String group, int self, Optional<String> secret, long timeoutNanos) {
    this.link = link;
    this.group = group;
    this.self = self;
    this.secret = secret;
    this.deadline = System.nanoTime() + timeoutNanos;
  }

  /**
   * Introduces this worker to the one that accepted the link.
   *
   * @param expected the id of the worker that should be there
   * @throws RefusedException if either side says no
   * @throws IOException if the link breaks, the time passes, or what answers is no Farref worker
   */
  public static void dial(
      Link link, String group, int self, int expected, Optional<String> secret, long timeoutNanos)
      throws IOException {
    new Handshake(link, group, self, secret, timeoutNanos).dial(expected);
  }

  /**
   * Answers a worker that dialed.
   *
   * @param known whether a worker of that id may connect
   * @return the dialer's id
   * @throws RefusedException if either side says no
   * @throws IOException if the link breaks, the time passes, or what dialed is no Farref worker
   */
  public static int accept(
      Link link,
      String group,
      int self,
      Optional<String> secret,
      IntPredicate known,
      long timeoutNanos)
      throws IOException {
    return new Handshake(link, group, self, secret, timeoutNanos).accept(known);
  }

  private void dial(int expected) throws IOException {
    Output hello = new Output(64);
    hello.writeInt(MAGIC);
    hello.writeVarInt(VERSION);
    hello.writeVarInt(VERSION);
    hello.writeUtf8(group);
    hello.writeVarInt(self);
    hello.writeVarInt(expected);
    byte[] nonce = nonce();
    hello.writeBytes(nonce, 0, NONCE);
    send(Frame.HELLO, hello);

    Input challenge = receive(Frame.CHALLENGE);
    int start = challenge.position();
    int version = challenge.readVarInt();
    int other = challenge.readVarInt();
    challenge.readBytes(NONCE);
    byte[] said = Arrays.copyOfRange(challenge.array(), start, challenge.position());
    byte[] proof = challenge.readBytes(challenge.remaining());
    if (version != VERSION || other != expected) {
      throw reject(
          "meant worker "
              + expected
              + " speaking version "
              + VERSION
              + ", got worker "
              + other
              + " speaking version "
              + version);
    }
    byte[] transcript = concat(hello.toByteArray(), said);
    verify(proof, "acceptor", transcript);
    Output own = new Output(32);
    byte[] mine = prove("dialer", transcript);
    own.writeBytes(mine, 0, mine.length);
    send(Frame.PROOF, own);
    receive(Frame.WELCOME);
  }

  private int accept(IntPredicate known) throws IOException {
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
    String theirs = hello.readUtf8();
    int other = hello.readVarInt();
    int meant = hello.readVarInt();
    hello.readBytes(NONCE);
    if (!theirs.equals(group)) {
      throw reject("this worker belongs to another group");
    }
    if (meant != self) {
      throw reject("this is worker " + self + ", not " + meant);
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
    if (!known.test(other)) {
      throw reject("worker " + other + " is not, or no longer, in the group");
    }
    send(Frame.WELCOME, new Output(0));
    return other;
  }

  private byte[] prove(String role, byte[] transcript) {
    if (secret.isEmpty()) {
      return new byte[0];
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(secret.get().getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
      mac.update(("farref " + role + "\0").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(transcript);
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
    Output out = new Output(64);
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
    if (length < 1 || length > MAX_FRAME) {
      throw new MalformedException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    Input in = new Input(readFully(length).array());
    byte got = in.readByte();
    if (got == Frame.REJECT) {
      throw new RefusedException(
          link.remoteAddress() + " refused the connection: " + in.readUtf8(),
          Execution.NOT_EXECUTED);
    }
    if (got != kind) {
      throw new MalformedException(Frame.name(got) + " instead of " + Frame.name(kind));
    }
    return in;
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
