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
    FrameReader inbox = new FrameReader(new ScriptedLink(bytes), LIMITS, new Meters());
    try {
      for (int frames = 1; ; frames++) {
        inbox.take();
        parse(inbox);
        if (frames % 4 == 0) {
          inbox = inbox.successor();
        }
      }
    } catch (EOFException | RefusedException e) {
      // the end, or too much
    } catch (MalformedException e) {
      if (e.getMessage() == null) {
        throw new AssertionError("a refusal that does not say why", e);
      }
    } catch (IOException e) {
      throw new AssertionError("there is no link that could break", e);
    }
  }

  private static void parse(FrameReader inbox) throws IOException {
    Input payload = inbox.payload();
    switch (inbox.kind()) {
      case Frame.CALL -> {
        CallHead head = CallHead.read(payload);
        if (head.has(CallHead.TABLES)) {
          attachments(inbox, payload);
        }
      }
      case Frame.REPLY -> {
        ReplyHead head = ReplyHead.read(payload);
        if (head.has(ReplyHead.TABLES)) {
          attachments(inbox, payload);
        }
      }
      case Frame.OPEN -> inbox.lanes().open(payload);
      case Frame.RESET -> inbox.lanes().drop(payload);
      default -> payload.skip(payload.remaining());
    }
  }

  private static void attachments(FrameReader inbox, Input payload) throws IOException {
    MessageTrailer beside = MessageTrailer.read(payload, LIMITS);
    Input body = MessageTrailer.body(payload);
    if (beside.lane() != 0) {
      inbox.lanes().claim(beside.lane()).body(body);
    } else {
      for (long size : beside.attachments()) {
        inbox.attachment(size);
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
