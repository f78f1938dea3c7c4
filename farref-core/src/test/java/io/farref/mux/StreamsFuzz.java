package io.farref.mux;

import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.fuzz.ScriptedLink;
import io.farref.mux.StreamScript.End;
import io.farref.mux.StreamScript.Step;
import io.farref.observe.Meters;
import io.farref.wire.Frame;
import io.farref.wire.MessageTrailer;
import io.farref.wire.ReplyHead;
import io.farref.wire.StreamHeader;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Whatever a peer does with the streams of a connection: what it sent arrives whole and apart from
 * the rest, what it may not send is refused, what it announced and did not send takes little
 * memory, and a stream that has ended leaves nothing.
 */
public final class StreamsFuzz {
  /** What security.md promises: for all streams, and for each of them. */
  private static final long ALLOWED = (64L << 20) + StreamHeader.STREAMS * (4L << 20);

  /** Memory for a part may grow to so many times the bytes that have come. */
  private static final int GROWTH = 8;

  private StreamsFuzz() {}

  /**
   * The first two bytes say in which pieces the bytes arrive; the rest are the operations of a
   * {@link StreamScript}.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    StreamScript script = new StreamScript(input, 2);
    int[] pieces = {1 + (input[0] & 0xFF), 1 + 300 * (input[1] & 0xFF)};
    FrameReader reader =
        new FrameReader(
            new ScriptedLink(script.bytes(), pieces), StreamScript.LIMITS, new Meters());
    int done = 0;
    try {
      for (Step each : script.steps) {
        reader.take();
        check(each, reader.kind(), receive(reader));
        checkStreams(each, reader.streams());
        done++;
        reader = each.successor() ? reader.successor() : reader;
      }
      while (true) {
        reader.take();
        receive(reader);
        done++;
      }
    } catch (EOFException e) {
      if (script.end() == End.REFUSED || done < script.steps.size()) {
        throw new AssertionError("frame " + done + " did not come, or was not refused", e);
      }
      checkEnd(script, reader.streams());
    } catch (MalformedException | RefusedException e) {
      if (script.end() == End.WHOLE || done < script.steps.size()) {
        throw new AssertionError("frame " + done + " is refused", e);
      }
      if (e.getMessage() == null) {
        throw new AssertionError("a refusal that does not say why", e);
      }
    } catch (IOException e) {
      throw new AssertionError("there is no link that could break", e);
    }
  }

  private static void check(Step expected, byte kind, List<byte[]> parts) {
    boolean same = kind == expected.kind() && parts.size() == expected.parts().size();
    for (int i = 0; same && i < parts.size(); i++) {
      same = Arrays.equals(parts.get(i), expected.parts().get(i));
    }
    if (!same) {
      throw new AssertionError("another " + Frame.name(expected.kind()) + " than was sent");
    }
  }

  private static void checkStreams(Step after, InboundStreams streams) {
    if (streams.areOpen() != (after.open() != 0)) {
      throw new AssertionError("streams " + Integer.toBinaryString(after.open()) + " are open");
    }
    long unseen = 0;
    for (int i = 1; i <= StreamHeader.STREAMS; i++) {
      unseen += (after.open() & 1 << i) == 0 ? 0 : streams.at(i).unused();
    }
    if (unseen > ALLOWED + (GROWTH - 1) * after.arrived()) {
      throw new AssertionError(unseen + " bytes for what has not come");
    }
  }

  private static void checkEnd(StreamScript script, InboundStreams streams) {
    int open = script.steps.isEmpty() ? 0 : script.steps.getLast().open();
    for (int i = 1; script.end() == End.WHOLE && i <= StreamHeader.STREAMS; i++) {
      try {
        streams.at(i);
        if ((open & 1 << i) == 0) {
          throw new AssertionError("stream " + i + " is left");
        }
      } catch (MalformedException e) {
        if ((open & 1 << i) != 0) {
          throw new AssertionError("stream " + i + " is gone", e);
        }
      }
    }
  }

  /** Handles a frame as a connection does; returns what it brought. */
  private static List<byte[]> receive(FrameReader in) throws IOException {
    Input payload = in.payload();
    switch (in.kind()) {
      case Frame.OPEN -> in.streams().open(payload);
      case Frame.RESET -> in.streams().drop(payload);
      case Frame.REPLY -> {
        if (ReplyHead.read(payload).has(ReplyHead.TABLES)) {
          return message(in, payload);
        }
      }
      default -> {
        return List.of(payload.readBytes(payload.remaining()));
      }
    }
    return List.of();
  }

  private static List<byte[]> message(FrameReader in, Input payload) throws IOException {
    MessageTrailer trailer = MessageTrailer.read(payload, StreamScript.LIMITS);
    Input body = MessageTrailer.body(payload);
    List<byte[]> parts = new ArrayList<>();
    if (trailer.stream() == 0) {
      parts.add(body.readBytes(body.remaining()));
      for (long size : trailer.attachments()) {
        parts.add(in.attachment(size));
      }
    } else {
      StreamAssembler whole = in.streams().claim(trailer.stream());
      Input all = whole.body(body);
      parts.add(all.readBytes(all.remaining()));
      for (MemorySegment each : whole.attachments()) {
        parts.add(Objects.requireNonNull(each).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return parts;
  }

  /** Streams of each kind, one by one and several at once, whole and not. */
  public static List<byte[]> seeds() {
    int[] noSuccessor = {1};
    int[] small = {5, 7, 1};
    int[] buffer = {0, 0, 0, 4, 1, 100, 1}; // on stream 1, in an array of bytes
    int[] most = {1, 0, 60};
    int[] rest = {2, 0, 40};
    int[] claim = {3, 0, 10, 0};
    int[] body = {0, 3, 1, 200, 3, 1};
    int[] half = {1, 3, 164};
    int[] claimBody = {3, 3, 0, 1};
    int[] mixed = {0, 15, 0, 6, 4, 130, 0, 0, 7, 100, 0}; // longs, off the heap, doubles
    int[] reset = {4, 0, 1};
    int[] huge = {0, 1, 0, 4, 0, 0xFB, 1};
    int[] plain = {6, 100, 2, 10, 200, 0};
    int[] large = {7, 30, 1};
    int[] anything = {0xFF, 3, 0, 0, 0, Frame.DATA, 1, 9, 0, 0, 0, 0};
    return List.of(
        seed(buffer, most, small, rest, claim),
        seed(body, half, small, half, claimBody),
        seed(mixed, new int[] {1, 15, 130}, buffer, most, new int[] {1, 15, 0}, rest, claim),
        seed(mixed, new int[] {1, 15, 130, 1, 15, 0, 1, 15, 100, 3, 15, 3, 0}),
        seed(buffer, most, reset, small, buffer, most, rest, claim),
        seed(huge, new int[] {1, 1, 1}, small, new int[] {4, 1}, noSuccessor),
        seed(plain, large, buffer, large, most, plain, rest, claim),
        seed(buffer, most, buffer),
        seed(buffer, most, most),
        seed(buffer, most, claim),
        seed(reset),
        seed(plain, most),
        seed(buffer, most, anything));
  }

  private static byte[] seed(int[]... operations) {
    Output out = new Output(64);
    out.writeByte(99);
    out.writeByte(operations.length);
    for (int[] each : operations) {
      for (int one : each) {
        out.writeByte(one);
      }
    }
    return out.toByteArray();
  }
}
