package io.farref.mux;

import io.farref.Limits;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.MessageTrailer;
import io.farref.wire.ReplyHead;
import io.farref.wire.StreamHeader;
import io.farref.wire.StreamHeader.Attachment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a sender says on the streams of a connection, among other frames: operations that the bytes
 * of an input choose. Knows what must arrive of it, and which frame, the last one, is malformed or
 * over a limit.
 */
final class StreamScript {
  /** The limits of the receiver. */
  static final Limits LIMITS =
      Limits.DEFAULT
          .withMaxMessageBytes(1 << 20)
          .withMaxAttachmentBytes(1 << 28)
          .withMaxAttachments(3)
          .withMaxReferences(10);

  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_HUGE = 4;
  private static final int MOST_NOISE = 1 << 14;
  private static final byte[] NOISE = new byte[MOST_BYTES];
  private static final byte[] NOTHING = {};

  static {
    new Random(1).nextBytes(NOISE);
  }

  /** How the script ends. */
  enum End {
    /** With the last frame. */
    WHOLE,
    /** With a frame that must be refused. */
    REFUSED,
    /** With any bytes. */
    ANYTHING
  }

  /**
   * What a frame must bring.
   *
   * @param kind of the frame
   * @param parts a number, or the body of a message and its buffers
   * @param open which streams are open afterwards, as bits
   * @param arrived how many bytes have come on these streams
   * @param successor whether another reader reads on
   */
  record Step(byte kind, List<byte[]> parts, int open, long arrived, boolean successor) {}

  final List<Step> steps = new ArrayList<>();
  private final byte[] input;
  private int at;
  private final Output out = new Output(1 << 12);
  private final @Nullable Sent[] streams = new Sent[StreamHeader.STREAMS + 1];
  private int huge;
  private int noise;
  private End end = End.WHOLE;

  /** A stream that is open. */
  private static final class Sent {
    final boolean hasBody;
    final List<Attachment> announced;
    final List<Output> parts = new ArrayList<>();

    Sent(StreamHeader header) {
      hasBody = header.body() > 0;
      announced = new ArrayList<>(header.attachments());
      if (hasBody) {
        announced.add(new Attachment(Memory.BYTES, header.body()));
      }
    }

    private boolean isPartWhole() {
      return parts.isEmpty() || parts.getLast().size() == announced.get(parts.size() - 1).size();
    }

    boolean isWhole() {
      return parts.size() == announced.size() && isPartWhole();
    }

    /** Adds a chunk; false if there is no place for it. */
    boolean add(byte[] chunk) {
      if (isPartWhole()) {
        if (parts.size() == announced.size()) {
          return false;
        }
        parts.add(new Output(64));
      }
      Output part = parts.getLast();
      if (chunk.length > announced.get(parts.size() - 1).size() - part.size()) {
        return false;
      }
      part.writeBytes(chunk, 0, chunk.length);
      return true;
    }

    long size() {
      return parts.stream().mapToLong(Output::size).sum();
    }

    /** The body, if it came here, then the buffers. */
    List<byte[]> contents(byte[] inMessage) {
      List<byte[]> all = new ArrayList<>(parts.stream().map(Output::toByteArray).toList());
      all.addFirst(hasBody ? all.removeLast() : inMessage);
      return all;
    }
  }

  /** Reads the operations from an input, from a position on. */
  StreamScript(byte[] input, int from) {
    this.input = input;
    at = from;
    while (at < input.length && end == End.WHOLE && out.size() < MOST_BYTES) {
      operation();
    }
  }

  End end() {
    return end;
  }

  /** All frames. */
  byte[] bytes() {
    return out.toByteArray();
  }

  private int next() {
    return at < input.length ? input[at++] & 0xFF : 0;
  }

  private void operation() {
    int choice = next();
    switch (choice & 7) {
      case 0 -> open();
      case 1, 2 -> chunk();
      case 3 -> claim();
      case 4 -> reset();
      case 5 -> small();
      case 6 -> plain();
      default -> {
        if (choice == 0xFF) {
          anything();
        } else {
          large();
        }
      }
    }
  }

  /** The number of a stream; one that no connection has, if the byte is among the last. */
  private int stream() {
    int choice = next();
    return choice >= 0xFC ? new int[] {0, 17, -1, 127}[choice & 3] : 1 + (choice & 0xF);
  }

  private @Nullable Sent at(int stream) {
    return stream < 1 || stream > StreamHeader.STREAMS ? null : streams[stream];
  }

  /** Mostly small; a few are larger than all that will ever come. */
  private long size() {
    int choice = next();
    if (choice < 0x80) {
      return choice;
    }
    if (choice < 0xF0) {
      return (choice - 0x80) * 700L;
    }
    if (choice == 0xFF) {
      return LIMITS.maxAttachmentBytes() + 1;
    }
    return ++huge > MOST_HUGE ? 9 : 1L << 14 + (choice & 0xF);
  }

  /** Bytes that no other part has. */
  private byte[] noise(int size) {
    noise = (noise + 101) % MOST_NOISE;
    return Arrays.copyOfRange(NOISE, noise, noise + size);
  }

  private void write(byte[] frame) {
    out.writeBytes(frame, 0, frame.length);
  }

  /** The frame that was written last must bring this. */
  private void expect(byte kind, List<byte[]> parts) {
    int open = 0;
    long arrived = 0;
    for (int i = 1; i < streams.length; i++) {
      Sent each = streams[i];
      open |= each == null ? 0 : 1 << i;
      arrived += each == null ? 0 : each.size();
    }
    steps.add(new Step(kind, parts, open, arrived, (next() & 3) == 0));
  }

  private void refused() {
    end = End.REFUSED;
  }

  private void open() {
    int stream = stream();
    int body = (next() & 1) == 0 ? 0 : (int) size();
    List<Attachment> attachments = new ArrayList<>();
    long sum = 0;
    for (int left = next() & 7; left > 3; left--) { // at most one more than is allowed
      Attachment each = new Attachment(Memory.of(next() & 7), size());
      attachments.add(each);
      sum += each.size();
    }
    StreamHeader header = new StreamHeader(stream, body, attachments);
    write(FrameWriter.open(header));
    boolean valid =
        stream >= 1
            && stream <= StreamHeader.STREAMS
            && at(stream) == null
            && body <= LIMITS.maxMessageBytes()
            && attachments.size() <= LIMITS.maxAttachments()
            && sum <= LIMITS.maxAttachmentBytes();
    if (valid) {
      streams[stream] = new Sent(header);
      expect(Frame.OPEN, List.of());
    } else {
      refused();
    }
  }

  /** A chunk, which is no frame for the connection. */
  private void chunk() {
    int stream = stream();
    byte[] bytes = noise((int) Math.min(size(), MOST_BYTES / 4));
    write(FrameWriter.data(stream, bytes.length));
    write(bytes);
    Sent open = at(stream);
    if (open == null || !open.add(bytes)) {
      refused();
    }
  }

  private void reset() {
    int stream = stream();
    write(FrameWriter.reset(stream));
    if (at(stream) == null) {
      refused();
    } else {
      streams[stream] = null;
      expect(Frame.RESET, List.of());
    }
  }

  /** A message whose body or buffers came on a stream. */
  private void claim() {
    int stream = stream();
    int number = stream == 0 ? 20 : stream; // 0 says that there was no stream
    Sent sent = at(number);
    boolean inMessage = sent == null || !sent.hasBody || (next() & 0xF) == 0xF;
    byte[] body = inMessage ? noise(1 + next() % 50) : NOTHING;
    message(body, new MessageTrailer(List.of(), number, List.of()), List.of());
    if (sent != null && sent.isWhole() && !(sent.hasBody && inMessage)) {
      streams[number] = null;
      expect(Frame.REPLY, sent.contents(body));
    } else {
      refused();
    }
  }

  /** A message whose buffers follow it. */
  private void plain() {
    List<byte[]> parts = new ArrayList<>();
    parts.add(noise(next() * 3));
    for (int left = next() & 3; left > 0; left--) {
      parts.add(noise(next() * 5));
    }
    List<byte[]> buffers = parts.subList(1, parts.size());
    List<Long> sizes = buffers.stream().map(each -> (long) each.length).toList();
    message(parts.getFirst(), new MessageTrailer(List.of(), 0, sizes), buffers);
    expect(Frame.REPLY, parts);
  }

  private void message(byte[] body, MessageTrailer trailer, List<byte[]> following) {
    int begin = FrameWriter.begin(out, Frame.REPLY);
    new ReplyHead(ReplyHead.TABLES, 1).write(out);
    write(body);
    trailer.write(out);
    FrameWriter.end(out, begin);
    following.forEach(this::write);
  }

  private void small() {
    byte[] number = {(byte) (next() & 0x7F)};
    write(FrameWriter.cancel(number[0]));
    expect(Frame.CANCEL, List.of(number));
  }

  /** A frame that is larger than the buffer of the reader. */
  private void large() {
    byte[] bytes = noise(60_000 + next() * 200);
    int begin = FrameWriter.begin(out, Frame.DEFINE);
    write(bytes);
    FrameWriter.end(out, begin);
    expect(Frame.DEFINE, List.of(bytes));
  }

  private void anything() {
    end = End.ANYTHING;
    out.writeBytes(input, at, input.length - at);
    at = input.length;
  }
}
