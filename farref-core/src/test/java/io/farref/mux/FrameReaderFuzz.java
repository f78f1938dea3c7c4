package io.farref.mux;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.call.ConnectionFuzz;
import io.farref.fuzz.ScriptedLink;
import io.farref.observe.Meters;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.MessageTrailer;
import io.farref.wire.ReplyHead;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Whatever bytes arrive, they are cut into frames or rejected. */
public final class FrameReaderFuzz {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withMaxMessageBytes(1 << 20)
          .withMaxAttachmentBytes(1 << 20)
          .withMaxAttachments(100)
          .withMaxReferences(100);

  private FrameReaderFuzz() {}

  /** The bytes; a successor of the previous reader reads every fourth frame. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    FrameReader reader = new FrameReader(new ScriptedLink(bytes), LIMITS, new Meters());
    try {
      for (int frames = 1; ; frames++) {
        reader.take();
        parse(reader);
        if (frames % 4 == 0) {
          reader = reader.successor();
        }
      }
    } catch (EOFException | RefusedException e) {
      // the end of the input, or a limit
    } catch (MalformedException e) {
      if (e.getMessage() == null) {
        throw new AssertionError("a refusal that does not say why", e);
      }
    } catch (IOException e) {
      throw new AssertionError("there is no link that could break", e);
    }
  }

  private static void parse(FrameReader reader) throws IOException {
    Input payload = reader.payload();
    switch (reader.kind()) {
      case Frame.CALL -> {
        CallHead head = CallHead.read(payload);
        if (head.has(CallHead.TABLES)) {
          attachments(reader, payload);
        }
      }
      case Frame.REPLY -> {
        ReplyHead head = ReplyHead.read(payload);
        if (head.has(ReplyHead.TABLES)) {
          attachments(reader, payload);
        }
      }
      case Frame.OPEN -> reader.streams().open(payload);
      case Frame.RESET -> reader.streams().drop(payload);
      default -> payload.skip(payload.remaining());
    }
  }

  private static void attachments(FrameReader reader, Input payload) throws IOException {
    MessageTrailer trailer = MessageTrailer.read(payload, LIMITS);
    Input body = MessageTrailer.body(payload);
    if (trailer.stream() != 0) {
      reader.streams().claim(trailer.stream()).body(body);
    } else {
      for (long size : trailer.attachments()) {
        reader.attachment(size);
      }
    }
  }

  /** Bytes that two workers exchange. */
  public static List<byte[]> seeds() throws Exception {
    return ConnectionFuzz.seeds().stream()
        .map(each -> Arrays.copyOfRange(each, 1, each.length))
        .toList();
  }
}
