package io.farref.call;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.codec.OutboundMessage;
import io.farref.mux.BoundedWait;
import io.farref.mux.OutboundStreams;
import io.farref.mux.StreamChunker;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.StreamHeader;
import io.farref.wire.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call or reply that is being encoded. If it is not appended to the frame queue in the end,
 * {@link #abort} must follow.
 */
public class OutgoingMessage implements OutboundMessage {
  /** Up to this many bytes in all, out-of-band buffers follow their message. */
  private static final int FOLLOWING = 64 << 10;

  /** A larger body would delay the frames behind it for longer than a chunk does. */
  private static final int LARGEST_BODY = StreamChunker.CHUNK;

  private final Connection connection;
  private final Output out;
  private final int start;
  private int bodyStart;
  private int bodyAhead;
  private boolean functions;
  private @Nullable OutgoingTrailer trailer;
  private @Nullable StreamChunker stream;

  public OutgoingMessage(Connection connection, Output out, byte kind) {
    this.connection = connection;
    this.out = out;
    this.start = FrameWriter.begin(out, kind);
  }

  public final Connection connection() {
    return connection;
  }

  public final Output out() {
    return out;
  }

  /** The head has been written. */
  public final void beginBody() {
    bodyStart = out.size();
  }

  /** Replaces the head of a call by another one. */
  public final void replaceHead(CallHead head) {
    byte flags = out.array()[start + Frame.HEADER_SIZE];
    byte[] rest = Arrays.copyOfRange(out.array(), bodyStart, out.size());
    out.truncate(start + Frame.HEADER_SIZE);
    head.write(out);
    out.array()[start + Frame.HEADER_SIZE] = flags; // TABLES may be set already
    beginBody();
    out.writeBytes(rest, 0, rest.length);
    FrameWriter.end(out, start);
  }

  /** The weight of the message in the window, once it has its body: see {@link Window#weight}. */
  public final long weight() {
    OutgoingTrailer present = trailer;
    return present == null
        ? Window.weight(bodySize(), 0, 0)
        : Window.weight(bodySize(), present.references(), present.attachmentBytes());
  }

  private int bodySize() {
    return bodyAhead + out.size() - bodyStart;
  }

  @Override
  public final int symbol(Object key, Supplier<byte[]> definition) {
    return connection.symbolsOut().idOf(key, definition);
  }

  @Override
  public final void functionFollows() {
    functions = true;
  }

  /** Whether a function is among the values of the body. */
  public final boolean hasFunctions() {
    return functions;
  }

  @Override
  public final int worker(Peer peer) {
    return connection.runtime().directory().id(peer);
  }

  @Override
  public final int reference(RRef<?> reference) {
    return trailer().reference(reference);
  }

  @Override
  public final int attachment(MemorySegment bytes, Memory there) {
    return trailer().attachment(bytes, there);
  }

  private OutgoingTrailer trailer() {
    if (trailer == null) {
      trailer = new OutgoingTrailer(connection);
    }
    return trailer;
  }

  /** The out-of-band buffers that follow it in the stream. */
  final List<ByteBuffer> following() {
    return trailer == null || stream != null
        ? List.of()
        : trailer.attachments().stream().map(OutgoingMessage::asBuffer).toList();
  }

  private static ByteBuffer asBuffer(MemorySegment bytes) {
    return Memory.isBufferable(bytes) && !StreamChunker.isConfined(bytes)
        ? bytes.asByteBuffer()
        : ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  /** Whether it would delay the frames behind it, so that its large parts go ahead in chunks. */
  public final boolean isLarge() {
    return bodySize() > LARGEST_BODY || (trailer != null && trailer.attachmentBytes() > FOLLOWING);
  }

  /**
   * Sends its large parts ahead, in chunks.
   *
   * @param here whether the current thread writes them; see {@link StreamChunker#carry}
   * @throws io.farref.RefusedException if it is over a limit of either worker
   */
  public final void sendAhead(BoundedWait waiting, boolean here) throws ClosedChannelException {
    check();
    OutboundStreams streams = connection.streams();
    OutgoingTrailer present = trailer();
    List<MemorySegment> parts = present.attachments();
    int number = streams.take(waiting);
    if (bodySize() > LARGEST_BODY) {
      parts = new ArrayList<>(parts);
      parts.add(cutBody());
    }
    StreamHeader announced = new StreamHeader(number, bodyAhead, present.announced());
    StreamChunker ahead = new StreamChunker(streams, announced, parts);
    stream = ahead;
    ahead.carry(waiting, here);
  }

  /** A copy: the message continues in the same output while the last chunk is being written. */
  private MemorySegment cutBody() {
    byte[] body = Arrays.copyOfRange(out.array(), bodyStart, out.size());
    bodyAhead = body.length;
    out.truncate(bodyStart);
    return MemorySegment.ofArray(body);
  }

  /** Sets flags of the head, which are the first byte of the payload. */
  public final void setFlags(int flags) {
    out.array()[start + Frame.HEADER_SIZE] |= (byte) flags;
  }

  /**
   * Completes the frame, whose flags are the first byte of its payload.
   *
   * @throws io.farref.RefusedException if it or its trailer is over a limit of either worker
   */
  public final void end(int tablesFlag) {
    if (trailer != null) {
      trailer.check();
      setFlags(tablesFlag);
      trailer.write(out, stream == null ? 0 : stream.stream());
    }
    FrameWriter.end(out, start);
    checkSize();
  }

  /**
   * Checks the limits that can be checked before it is complete.
   *
   * @throws io.farref.RefusedException if it or its trailer is over a limit of either worker
   */
  public final void check() {
    if (trailer != null) {
      trailer.check();
    }
    checkSize();
  }

  private void checkSize() {
    OutgoingTrailer.check(
        connection,
        "maxMessageBytes",
        (long) bodyAhead + out.size() - start,
        connection.runtime().limits().maxMessageBytes(),
        connection.receiveLimits().messageBytes());
  }

  /** The message was appended. */
  final void sent() {
    if (stream != null) {
      stream.end(true);
    }
  }

  /** The message will not leave: undoes the passing of its references and ends its stream. */
  public final void abort() {
    if (trailer != null) {
      trailer.abort();
      trailer = null;
    }
    if (stream != null) {
      stream.end(false);
      stream = null;
    }
    bodyAhead = 0;
    functions = false;
  }

  /** Begins again with an empty message, after {@link #abort}. */
  public final void restart(byte kind) {
    out.truncate(start);
    FrameWriter.begin(out, kind);
  }
}
