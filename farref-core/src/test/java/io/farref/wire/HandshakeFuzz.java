package io.farref.wire;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.fuzz.ScriptedLink;
import io.farref.observe.ProcessIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Fuzzes the handshake: arbitrary bytes of an unknown peer are refused, unless they are those of a
 * worker.
 */
public final class HandshakeFuzz {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);
  private static final ConnectionSettings SETTINGS =
      new ConnectionSettings(10_000, new ProcessIdentity(1, 2, 3), new ReceiveLimits(4, 5, 6, 7));

  private HandshakeFuzz() {}

  /**
   * The first byte chooses the role, the purpose and whether there is a secret; the rest is said.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ScriptedLink link = new ScriptedLink(Arrays.copyOfRange(input, 1, input.length));
    Optional<String> secret = (input[0] & 2) == 0 ? Optional.empty() : Optional.of("tea");
    try {
      if ((input[0] & 5) == 5) {
        Handshake.dialStore(link, secret, PeerAuthentication.NONE, TIMEOUT);
      } else if ((input[0] & 5) == 4) {
        Handshake.acceptStore(link, secret, PeerAuthentication.NONE, TIMEOUT);
      } else if ((input[0] & 1) == 0) {
        Handshake.accept(
            link, "g", 2, secret, PeerAuthentication.NONE, HandshakeFuzz::admit, TIMEOUT);
      } else {
        Handshake.dial(
            link, hello(1, 2, "g", Optional.empty()), secret, PeerAuthentication.NONE, TIMEOUT);
      }
      if (secret.isPresent()) {
        throw new AssertionError("the secret was guessed");
      }
    } catch (IOException | MalformedException | RefusedException e) {
      if (e.getMessage() == null) {
        throw new AssertionError("a refusal that does not say why", e);
      }
    }
  }

  private static Welcome admit(Hello hello) throws RejectedException {
    if (hello.from() != 1) {
      throw new RejectedException(RejectedException.Kind.REFUSED, "not a member");
    }
    return new Welcome(0, SETTINGS);
  }

  private static Hello hello(int from, int to, String group, Optional<SessionRequest> session) {
    return new Hello(group, from, to, session, SETTINGS);
  }

  /** The messages of both sides of a handshake. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    Optional<SessionRequest> session =
        Optional.of(new SessionRequest(new SessionId(5, 6), 1, false, 0));
    for (int secret : new int[] {0, 2}) {
      byte[] proof = new byte[secret == 0 ? 0 : 32];
      byte[] proving = frame(Frame.PROOF, proof);
      seeds.add(seed(secret, said(hello(1, 2, "g", Optional.empty())), proving));
      seeds.add(seed(secret, said(hello(1, 2, "g", session)), proving));
      Output welcome = new Output(64);
      welcome.writeVarInt(proof.length);
      welcome.writeBytes(proof, 0, proof.length);
      seeds.add(seed(secret | 5, challenge(), frame(Frame.WELCOME, welcome.toByteArray())));
      new Welcome(7, SETTINGS).write(welcome);
      seeds.add(seed(secret | 1, challenge(), frame(Frame.WELCOME, welcome.toByteArray())));
      seeds.add(seed(secret | 4, frame(Frame.HELLO, opening(1)), proving));
    }
    seeds.add(seed(0, said(hello(1, 3, "g", session))));
    seeds.add(seed(0, said(hello(1, 2, "another", session))));
    for (byte kind = 0; kind < 3; kind++) {
      seeds.add(seed(1, frame(Frame.REJECT, new byte[] {kind, 3, 'w', 'h', 'y'})));
    }
    return seeds;
  }

  private static byte[] said(Hello hello) {
    Output out = new Output(64);
    out.writeBytes(opening(0), 0, opening(0).length);
    hello.write(out);
    return frame(Frame.HELLO, out.toByteArray());
  }

  private static byte[] opening(int purpose) {
    Output out = new Output(64);
    out.writeInt(0x46_52_52_46);
    out.writeVarInt(Handshake.VERSION);
    out.writeVarInt(Handshake.VERSION);
    out.writeByte(purpose);
    out.writeBytes(new byte[16], 0, 16);
    return out.toByteArray();
  }

  private static byte[] challenge() {
    Output out = new Output(64);
    out.writeVarInt(Handshake.VERSION);
    out.writeBytes(new byte[16], 0, 16);
    return frame(Frame.CHALLENGE, out.toByteArray());
  }

  private static byte[] frame(byte kind, byte[] payload) {
    Output out = new Output(64);
    int at = FrameWriter.begin(out, kind);
    out.writeBytes(payload, 0, payload.length);
    FrameWriter.end(out, at);
    return out.toByteArray();
  }

  private static byte[] seed(int choice, byte[]... frames) {
    Output out = new Output(64);
    out.writeByte(choice);
    for (byte[] each : frames) {
      out.writeBytes(each, 0, each.length);
    }
    return out.toByteArray();
  }
}
