package io.farref.wire;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.fuzz.ScriptedLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whatever a stranger says during the handshake: it is refused, or is what a worker says. */
public final class HandshakeFuzz {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private HandshakeFuzz() {}

  /** The first byte chooses the role and whether there is a secret; the rest is said. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ScriptedLink link = new ScriptedLink(Arrays.copyOfRange(input, 1, input.length));
    Optional<String> secret = (input[0] & 2) == 0 ? Optional.empty() : Optional.of("tea");
    try {
      if ((input[0] & 1) == 0) {
        int who = Handshake.accept(link, "g", 2, secret, id -> id == 1, PATIENCE);
        if (who != 1) {
          throw new AssertionError("let in " + who);
        }
      } else {
        Handshake.dial(link, "g", 1, 2, secret, PATIENCE);
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

  /** What both sides say to each other. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int secret : new int[] {0, 2}) {
      byte[] proof = new byte[secret == 0 ? 0 : 32];
      seeds.add(seed(secret, hello(1, 2, "g"), frame(Frame.PROOF, proof)));
      seeds.add(seed(secret | 1, challenge(2, proof), frame(Frame.WELCOME, new byte[0])));
    }
    seeds.add(seed(0, hello(1, 3, "g")));
    seeds.add(seed(0, hello(1, 2, "another")));
    seeds.add(seed(1, frame(Frame.REJECT, new byte[] {3, 'w', 'h', 'y'})));
    return seeds;
  }

  private static byte[] hello(int self, int meant, String group) {
    Output out = new Output(64);
    out.writeInt(0x46_52_52_46);
    out.writeVarInt(Handshake.VERSION);
    out.writeVarInt(Handshake.VERSION);
    out.writeUtf8(group);
    out.writeVarInt(self);
    out.writeVarInt(meant);
    out.writeBytes(new byte[16], 0, 16);
    return frame(Frame.HELLO, out.toByteArray());
  }

  private static byte[] challenge(int self, byte[] proof) {
    Output out = new Output(64);
    out.writeVarInt(Handshake.VERSION);
    out.writeVarInt(self);
    out.writeBytes(new byte[16], 0, 16);
    out.writeBytes(proof, 0, proof.length);
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
