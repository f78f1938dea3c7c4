package io.farref.wire;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.observe.ForeignText;
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
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The start of a connection: both sides name the purpose of the link and prove, when the group has
 * a secret, that they know it. On a link between members both also identify themselves.
 *
 * <pre>
 *   dialer                                                         acceptor
 *     HELLO      magic, lowest and highest version, purpose,
 *                nonce (16), and between members {@link Hello} ---&gt;
 *                                                             &lt;---  CHALLENGE  version, nonce (16)
 *     PROOF      proof of the dialer (0 or 32)                ---&gt;
 *                                                             &lt;---  WELCOME    proof of the acceptor
 *                                                                              (its size, 0 or 32 bytes),
 *                                                                              and between members
 *                                                                              {@link Welcome}
 * </pre>
 *
 * <p>A proof is the HMAC-SHA256, keyed with the secret, of the purpose and the prover's role, all
 * bytes of HELLO and CHALLENGE, and the {@linkplain PeerAuthentication#binding channel binding} of
 * the connection below, if it has one. So a proof holds for this connection, these two workers,
 * this purpose and this role only, and neither side learns anything it could replay. The dialer
 * proves itself first: a stranger that merely connects gets nothing on which it could try guesses
 * at the secret. Until the proof is good, no more than {@value #MAX_FRAME} bytes a frame are read.
 *
 * <p>Either side may answer with REJECT and a reason instead. An acceptor that knows the dialer's
 * proof to be good proves its REJECT, too, reason included. A dialer with a secret believes no
 * other: until the acceptor has proved itself, all that it says or does is a broken link ({@link
 * UnprovenException}, or another {@link IOException}). The certificate below the handshake, if
 * there is one, is checked before HELLO is sent.
 */
public final class Handshake {
  /** The version of the protocol that this code speaks. */
  public static final int VERSION = 1;

  static final int MAX_FRAME = 4096;
  private static final int MAGIC = 0x46_52_52_46; // "FRRF"
  private static final int NONCE = 16;

  /** Stands for the id of a worker on a link whose ends have none. */
  private static final int NOBODY = -1;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The purpose of a link. The order and the labels are part of the protocol. */
  private enum Purpose {
    MEMBER_LINK("member", "a worker", "the worker that listens"),
    STORE_LINK("store", "the rendezvous store of a group", "the host of the store");

    /** The name of the purpose in a proof. */
    final String label;

    /** The party that a dialer with another purpose has reached, as part of a sentence. */
    final String listener;

    final String acceptor;

    Purpose(String label, String listener, String acceptor) {
      this.label = label;
      this.listener = listener;
      this.acceptor = acceptor;
    }
  }

  /** Who proves itself, and in which message. The labels are part of the protocol. */
  private enum Role {
    DIALER("dialer"),
    ACCEPTOR("acceptor"),
    REJECTING_ACCEPTOR("rejecting acceptor");

    final String label;

    Role(String label) {
      this.label = label;
    }
  }

  private final Link link;
  private final Purpose purpose;
  private final Optional<String> secret;
  private final PeerAuthentication assurance;
  private final long deadline;

  /** The bytes of HELLO and CHALLENGE, once both are known. */
  private byte[] transcript = {};

  /** Whether this is the dialer, and the acceptor still has to prove itself. */
  private boolean isUnproven;

  /** Whether this is the acceptor, and the dialer has proved itself. */
  private boolean isDialerProven;

  private Handshake(
      Link link,
      Purpose purpose,
      Optional<String> secret,
      PeerAuthentication assurance,
      long timeoutNanos) {
    this.link = link;
    this.purpose = purpose;
    this.secret = secret;
    this.assurance = assurance;
    this.deadline = System.nanoTime() + timeoutNanos;
  }

  /** Decides which workers are let in, and with which settings. */
  public interface Host {
    /**
     * Lets in a worker that has proved to be of the group; called before WELCOME is sent.
     *
     * @throws RejectedException to turn it away
     */
    Welcome admit(Hello hello) throws RejectedException;
  }

  /**
   * Introduces this worker to the one that accepted the link.
   *
   * @param assurance authenticates the other side below the handshake
   * @throws RefusedException if the worker that was meant rejects this one; it has proved to be
   *     that worker, as far as there are proofs in this group
   * @throws SessionOverException if that worker has no such session, or has declared this one dead
   * @throws UnprovenException if the other side is not that worker, as far as one can tell
   * @throws IOException if the link breaks, the timeout passes, or the other side is no Farref
   *     worker
   */
  public static Welcome dial(
      Link link,
      Hello hello,
      Optional<String> secret,
      PeerAuthentication assurance,
      long timeoutNanos)
      throws IOException {
    var handshake = new Handshake(link, Purpose.MEMBER_LINK, secret, assurance, timeoutNanos);
    return Welcome.read(handshake.dial(hello::write, hello.to()));
  }

  /**
   * Answers a worker that dialed.
   *
   * @param assurance authenticates the other side below the handshake
   * @return the identity and the request of the dialer
   * @throws RefusedException if either side rejects the other
   * @throws IOException if the link breaks, the timeout passes, or the other side is no Farref
   *     worker
   */
  public static Hello accept(
      Link link,
      String group,
      int self,
      Optional<String> secret,
      PeerAuthentication assurance,
      Host host,
      long timeoutNanos)
      throws IOException {
    return new Handshake(link, Purpose.MEMBER_LINK, secret, assurance, timeoutNanos)
        .accept(group, self, host);
  }

  /**
   * Proves to the host of a rendezvous store that this worker is of the group, and has the host
   * prove the same.
   *
   * @param assurance supplies the channel binding; nobody's identity is checked
   * @throws RefusedException if the host rejects this worker; see {@link #dial}
   * @throws UnprovenException if the other side is no host of a store of this group
   * @throws IOException if the link breaks, the timeout passes, or the other side is no Farref
   *     worker
   */
  public static void dialStore(
      Link link, Optional<String> secret, PeerAuthentication assurance, long timeoutNanos)
      throws IOException {
    new Handshake(link, Purpose.STORE_LINK, secret, assurance, timeoutNanos).dial(_ -> {}, NOBODY);
  }

  /**
   * Answers, as the host of a rendezvous store, a worker that dialed; see {@link #dialStore}.
   *
   * @param assurance supplies the channel binding; nobody's identity is checked
   * @throws RefusedException if either side rejects the other
   * @throws IOException if the link breaks, the timeout passes, or the other side is no Farref
   *     worker
   */
  public static void acceptStore(
      Link link, Optional<String> secret, PeerAuthentication assurance, long timeoutNanos)
      throws IOException {
    var handshake = new Handshake(link, Purpose.STORE_LINK, secret, assurance, timeoutNanos);
    Opening opening = handshake.awaitHello();
    if (opening.hello().remaining() > 0) {
      throw new MalformedException("a hello to a store with an identity");
    }
    handshake.challenge(opening);
    handshake.send(Frame.WELCOME, handshake.welcome());
  }

  /** Dials; returns the rest of WELCOME after the proof. */
  private Input dial(Consumer<Output> identity, int meant) throws IOException {
    isUnproven = true;
    checkAssured(meant);
    isUnproven = secret.isPresent();
    try {
      return exchange(identity);
    } catch (MalformedException e) {
      if (isUnproven) {
        throw new IOException(
            link.remoteAddress() + " does not speak Farref's protocol: it sent " + e.getMessage(),
            e);
      }
      throw e;
    }
  }

  private Input exchange(Consumer<Output> identity) throws IOException {
    Output hello = new Output(128);
    hello.writeInt(MAGIC);
    hello.writeVarInt(VERSION);
    hello.writeVarInt(VERSION);
    hello.writeByte(purpose.ordinal());
    hello.writeBytes(nonce(), 0, NONCE);
    identity.accept(hello);
    send(Frame.HELLO, hello);

    Input challenge = receive(Frame.CHALLENGE);
    byte[] challenged = rest(challenge);
    int version = challenge.readVarInt();
    if (version != VERSION) {
      throw reject("this worker speaks version " + VERSION + ", the other " + version);
    }
    transcript = concat(hello.toByteArray(), challenged);
    Output own = new Output(32);
    writeAll(own, prove(Role.DIALER, transcript));
    send(Frame.PROOF, own);

    Input welcome = receive(Frame.WELCOME);
    verify(welcome.readBytes(welcome.readCount(1)), Role.ACCEPTOR);
    isUnproven = false;
    return welcome;
  }

  private Hello accept(String group, int self, Host host) throws IOException {
    Opening opening = awaitHello();
    Hello theirs = Hello.read(opening.hello());
    challenge(opening); // first, so that a rejection can be proved
    if (!theirs.group().equals(group)) {
      throw reject("this worker belongs to another group");
    }
    if (theirs.to() != self) {
      throw reject("this is worker " + self + ", not " + theirs.to());
    }
    checkAssured(theirs.from());
    Output welcome = welcome();
    try {
      host.admit(theirs).write(welcome);
    } catch (RejectedException e) {
      throw reject(e.kind(), String.valueOf(e.getMessage()));
    }
    send(Frame.WELCOME, welcome);
    return theirs;
  }

  /**
   * The first message of a dialer.
   *
   * @param bytes all bytes of the message
   * @param hello the part after the nonce
   */
  private record Opening(byte[] bytes, Input hello) {}

  private Opening awaitHello() throws IOException {
    Input hello = receive(Frame.HELLO);
    byte[] bytes = rest(hello);
    if (hello.readInt() != MAGIC) {
      throw new MalformedException("not a Farref worker");
    }
    int lowest = hello.readVarInt();
    int highest = hello.readVarInt();
    if (lowest > VERSION || highest < VERSION) {
      throw reject(
          "this worker speaks version " + VERSION + ", the other " + lowest + " to " + highest);
    }
    int wanted = hello.readUnsignedByte();
    if (wanted != purpose.ordinal()) {
      throw reject(
          "this is "
              + purpose.listener
              + ", not "
              + (wanted < Purpose.values().length
                  ? Purpose.values()[wanted].listener
                  : "what a later version calls purpose " + wanted));
    }
    hello.skip(NONCE);
    return new Opening(bytes, hello);
  }

  /** Has the dialer prove itself. */
  private void challenge(Opening opening) throws IOException {
    Output challenge = new Output(64);
    challenge.writeVarInt(VERSION);
    challenge.writeBytes(nonce(), 0, NONCE);
    send(Frame.CHALLENGE, challenge);
    transcript = concat(opening.bytes(), challenge.toByteArray());
    verify(rest(receive(Frame.PROOF)), Role.DIALER);
    isDialerProven = true;
  }

  /** A WELCOME that begins with the acceptor's proof. */
  private Output welcome() throws IOException {
    byte[] proof = prove(Role.ACCEPTOR, transcript);
    Output welcome = new Output(96);
    welcome.writeVarInt(proof.length);
    writeAll(welcome, proof);
    return welcome;
  }

  private void checkAssured(int worker) throws IOException {
    Optional<String> objection = worker == NOBODY ? Optional.empty() : assurance.objection(worker);
    if (objection.isPresent()) {
      throw reject(objection.get());
    }
  }

  private byte[] prove(Role role, byte[] covered) throws IOException {
    if (secret.isEmpty()) {
      return new byte[0];
    }
    byte[] binding = assurance.binding();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(secret.get().getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
      mac.update(
          ("farref " + purpose.label + " " + role.label + "\0")
              .getBytes(StandardCharsets.US_ASCII));
      mac.update(covered);
      return mac.doFinal(binding);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks HmacSHA256", e);
    }
  }

  private void verify(byte[] proof, Role role) throws IOException {
    if (MessageDigest.isEqual(proof, prove(role, transcript))) {
      return;
    }
    String dialer = "the worker that connected";
    String prover = role == Role.DIALER ? dialer : purpose.acceptor;
    String verifier = role == Role.DIALER ? purpose.acceptor : dialer;
    throw reject(
        proof.length == 0
            ? verifier
                + " has a group secret and "
                + prover
                + " has none: set FARREF_SECRET or call secret(...)"
            : secret.isEmpty()
                ? prover
                    + " has a group secret and "
                    + verifier
                    + " has none: give the same secret to all workers of the group"
                : "wrong secret: " + prover + " does not know the group secret");
  }

  /**
   * Rejects the other side; the exception is to be thrown here.
   *
   * @throws UnprovenException if this side dialed, and the other has proved nothing yet
   */
  private RefusedException reject(String reason) throws IOException {
    return reject(RejectedException.Kind.REFUSED, reason);
  }

  private RefusedException reject(RejectedException.Kind kind, String reason) throws IOException {
    Output out = new Output(128);
    out.writeByte((byte) kind.ordinal());
    out.writeUtf8(reason);
    if (isDialerProven) {
      writeAll(out, prove(Role.REJECTING_ACCEPTOR, concat(transcript, out.toByteArray())));
    }
    send(Frame.REJECT, out);
    String text = "connection with " + link.remoteAddress() + " refused: " + reason;
    if (isUnproven) {
      throw new UnprovenException(text, null);
    }
    return new RefusedException(text, Execution.NOT_EXECUTED);
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
      // A rejection in clear text also ends the other side's wait for an answer in TLS.
      throw reject("one side speaks TLS, the other does not: both must");
    }
    if (length < 1 || length > MAX_FRAME) {
      throw new MalformedException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    Input in = new Input(readFully(length).array());
    byte got = in.readByte();
    if (got == Frame.REJECT) {
      throw rejected(in);
    }
    if (got != kind) {
      throw new MalformedException(Frame.name(got) + " instead of " + Frame.name(kind));
    }
    return in;
  }

  private RefusedException rejected(Input in) throws IOException {
    int start = in.position();
    RejectedException.Kind kind = RejectedException.Kind.of(in.readByte());
    String reason = ForeignText.of(in.readUtf8());
    byte[] said = Arrays.copyOfRange(in.array(), start, in.position());
    String text = link.remoteAddress() + " refused the connection: " + reason;
    if (isUnproven && !isProvenRejection(said, rest(in))) {
      throw new UnprovenException(
          text + " (this is not proved: any process that listens there can say it)", null);
    }
    if (kind == RejectedException.Kind.REFUSED) {
      return new RefusedException(text, Execution.NOT_EXECUTED);
    }
    throw new SessionOverException(reason, kind == RejectedException.Kind.DECLARED_DEAD);
  }

  private boolean isProvenRejection(byte[] said, byte[] proof) throws IOException {
    return transcript.length > 0
        && MessageDigest.isEqual(proof, prove(Role.REJECTING_ACCEPTOR, concat(transcript, said)));
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

  /** All that is left, which stays to be read. */
  private static byte[] rest(Input in) {
    return Arrays.copyOfRange(in.array(), in.position(), in.position() + in.remaining());
  }

  private static void writeAll(Output out, byte[] bytes) {
    out.writeBytes(bytes, 0, bytes.length);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
