package io.farref.session;

import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.fuzz.ScriptedLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds arbitrary bytes to the links of a session: its stream is the contents of the segments,
 * however they are split, or the session ends.
 */
public final class SessionFuzz {
  private static final byte[] SENT = new byte[1_000];

  private SessionFuzz() {}

  /** The first byte sets how much is read at a time; the link delivers the rest. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    byte[] whole = stream(bytes, 1 << 16);
    byte[] inPieces = stream(bytes, 1 + (input[0] & 0xFF));
    int common =
        Math.min(whole.length, inPieces.length); // the end may hide bytes that arrive with it
    if (!Arrays.equals(whole, 0, common, inPieces, 0, common)) {
      throw new AssertionError(
          "in pieces it is " + Arrays.toString(inPieces) + " and not " + Arrays.toString(whole));
    }
  }

  /** The stream that a session reads from these bytes. */
  private static byte[] stream(byte[] bytes, int space) {
    SessionLink session =
        new SessionLink(Runnable::run, "script", (broken, cause) -> broken.fail(cause));
    Output stream = new Output(64);
    ByteBuffer buffer = ByteBuffer.allocate(space);
    try {
      session.write(new ByteBuffer[] {ByteBuffer.wrap(SENT)}, 0, 1);
      session.attach(new ScriptedLink(bytes), 0, () -> true);
      while (session.read(buffer.clear(), -1) >= 0) {
        stream.writeBytes(buffer.array(), 0, buffer.position());
      }
    } catch (IOException | MalformedException e) {
      if (e.getMessage() == null) {
        throw new AssertionError("an end that does not say why", e);
      }
    } finally {
      session.close();
    }
    if (session.arrived() < stream.size() || stream.size() > bytes.length) {
      throw new AssertionError(stream.size() + " bytes of " + bytes.length + " came");
    }
    return stream.toByteArray();
  }

  /** Segments with and without an acknowledgement, and the last one. */
  public static List<byte[]> seeds() {
    return List.of(
        seed(false, segment(5, -1), segment(3, -1)),
        seed(false, segment(5, 10), segment(0, 1_000), segment(4, 1_001)),
        seed(true, segment(5, 10)),
        seed(true));
  }

  private static byte[] segment(int length, long arrived) {
    ByteBuffer out = ByteBuffer.allocate(Segment.FULL_HEAD_SIZE + length);
    if (arrived < 0) {
      Segment.putHead(out, length);
    } else {
      Segment.putHead(out, length, arrived);
    }
    out.put(new byte[length]);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] seed(boolean ends, byte[]... segments) {
    Output out = new Output(64);
    out.writeByte(3);
    for (byte[] each : segments) {
      out.writeBytes(each, 0, each.length);
    }
    if (ends) {
      ByteBuffer end = ByteBuffer.allocate(64);
      Segment.putEnd(end, "it is over");
      out.writeBytes(end.array(), 0, end.position());
    }
    return out.toByteArray();
  }
}
