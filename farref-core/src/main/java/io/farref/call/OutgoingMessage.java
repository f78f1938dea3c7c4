package io.farref.call;

import io.farref.Limits;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.codec.OutboundMessage;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.Intake;
import io.farref.wire.Parcel;
import io.farref.wire.Parcel.Attachment;
import io.farref.wire.Tables;
import io.farref.wire.Tables.Reference;
import io.farref.wire.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call or reply on its way into bytes: collects the references and buffers that its body
 * mentions. Until it is appended to an outbox, whatever goes wrong is followed by {@link #abort}.
 */
final class OutgoingMessage implements OutboundMessage {
  /** Up to so many bytes in all, attachments follow their message. */
  private static final int FOLLOWING = 64 << 10;

  /** A body of more bytes would hold up what is behind it for longer than a chunk does. */
  private static final int LARGEST_BODY = OutgoingParcel.CHUNK;

  private final Connection connection;
  private final Output out;
  private final int start;
  private int bodyStart;
  private @Nullable Map<RRef<?>, Integer> indexes;
  private @Nullable List<Reference> references;
  private List<Attachment> announced = List.of();
  private List<MemorySegment> attachments = List.of();
  private long attachmentBytes;
  private int bodyAhead;
  private @Nullable OutgoingParcel parcel;

  OutgoingMessage(Connection connection, Output out, byte kind) {
    this.connection = connection;
    this.out = out;
    this.start = FrameWriter.begin(out, kind);
  }

  /** The head has been written. */
  void beginBody() {
    bodyStart = out.size();
  }

  /** Replaces the head of a call by one that says how much time is left by now. */
  void restamp(CallHead head) {
    byte flags = out.array()[start + Frame.HEADER_SIZE];
    byte[] rest = Arrays.copyOfRange(out.array(), bodyStart, out.size());
    out.truncate(start + Frame.HEADER_SIZE);
    head.write(out);
    out.array()[start + Frame.HEADER_SIZE] = flags; // TABLES may be set already
    beginBody();
    out.writeBytes(rest, 0, rest.length);
    FrameWriter.end(out, start);
  }

  /** What it counts when it has its body, see {@link Window#weight}. */
  long weight() {
    return Window.weight(bodySize(), references == null ? 0 : references.size(), attachmentBytes);
  }

  private int bodySize() {
    return bodyAhead + out.size() - bodyStart;
  }

  @Override
  public int symbol(Object key, Supplier<byte[]> definition) {
    return connection.symbolsOut().idOf(key, definition);
  }

  @Override
  public int reference(RRef<?> reference) {
    if (indexes == null || references == null) {
      indexes = new HashMap<>();
      references = new ArrayList<>(2);
    }
    Integer known = indexes.get(reference);
    if (known != null) {
      return known;
    }
    references.add(connection.runtime().references().pass(reference, connection.peer()));
    int index = references.size() - 1;
    indexes.put(reference, index);
    return index;
  }

  @Override
  public int worker(Peer peer) {
    return connection.runtime().directory().id(peer);
  }

  @Override
  public int attachment(MemorySegment bytes, Memory there) {
    if (attachments.isEmpty()) {
      announced = new ArrayList<>(2);
      attachments = new ArrayList<>(2);
    }
    announced.add(new Attachment(there, bytes.byteSize()));
    attachments.add(bytes);
    attachmentBytes += bytes.byteSize();
    return attachments.size() - 1;
  }

  /** What follows it in the stream. */
  List<ByteBuffer> following() {
    return attachments.isEmpty() || parcel != null
        ? List.of()
        : attachments.stream().map(OutgoingMessage::asBuffer).toList();
  }

  private static ByteBuffer asBuffer(MemorySegment bytes) {
    return Memory.isBufferable(bytes) && !OutgoingParcel.isConfined(bytes)
        ? bytes.asByteBuffer()
        : ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  /** Whether it holds up too much that is behind it, and some of it goes ahead in chunks. */
  boolean isLarge() {
    return attachmentBytes > FOLLOWING || bodySize() > LARGEST_BODY;
  }

  /**
   * Sends what is large of it ahead.
   *
   * @param here whether the present thread writes; see {@link OutgoingParcel#carry}
   * @throws io.farref.RefusedException if it is over a limit of either worker
   */
  void sendAhead(Patience patience, boolean here) throws ClosedChannelException {
    check();
    OutgoingLanes lanes = connection.lanes();
    List<MemorySegment> parts = attachments;
    int lane = lanes.take(patience);
    if (bodySize() > LARGEST_BODY) {
      parts = new ArrayList<>(attachments);
      parts.add(cutBody());
    }
    OutgoingParcel ahead = new OutgoingParcel(lanes, new Parcel(lane, bodyAhead, announced), parts);
    parcel = ahead;
    ahead.carry(patience, here);
  }

  /** A copy: the message goes on in the same output while the last chunk is still being written. */
  private MemorySegment cutBody() {
    byte[] body = Arrays.copyOfRange(out.array(), bodyStart, out.size());
    bodyAhead = body.length;
    out.truncate(bodyStart);
    return MemorySegment.ofArray(body);
  }

  /**
   * Completes the frame, whose flags are the first byte of its payload.
   *
   * @throws io.farref.RefusedException if it or what it carries is over a limit of either worker
   */
  void end(int tablesFlag) {
    if (references != null || !attachments.isEmpty() || parcel != null) {
      checkTables();
      out.array()[start + Frame.HEADER_SIZE] |= (byte) tablesFlag;
      new Tables(
              references == null ? List.of() : references,
              parcel == null ? 0 : parcel.lane(),
              parcel == null ? announced.stream().map(Attachment::size).toList() : List.of())
          .write(out);
    }
    FrameWriter.end(out, start);
    checkSize();
  }

  /**
   * Checks what is known before it is complete.
   *
   * @throws io.farref.RefusedException if it or what it carries is over a limit of either worker
   */
  void check() {
    checkTables();
    checkSize();
  }

  private void checkSize() {
    long size = (long) bodyAhead + out.size() - start;
    check("maxMessageBytes", size, mine().maxMessageBytes(), connection.intake().messageBytes());
  }

  private void checkTables() {
    Intake theirs = connection.intake();
    if (references != null) {
      check("maxReferences", references.size(), mine().maxReferences(), theirs.references());
    }
    if (!attachments.isEmpty()) {
      check("maxAttachments", attachments.size(), mine().maxAttachments(), theirs.attachments());
      check(
          "maxAttachmentBytes",
          attachmentBytes,
          mine().maxAttachmentBytes(),
          theirs.attachmentBytes());
    }
  }

  private Limits mine() {
    return connection.runtime().limits();
  }

  private void check(String limit, long size, long mine, long theirs) {
    Limits.check(limit, size, mine);
    if (size > theirs) {
      throw new RefusedException(
          "limit "
              + limit
              + " is "
              + theirs
              + " on worker "
              + connection.peerName()
              + ", but got "
              + size,
          Execution.NOT_EXECUTED);
    }
  }

  /** It has been appended. */
  void sent() {
    if (parcel != null) {
      parcel.end(true);
    }
  }

  /** It will not leave: takes back what was promised for it. */
  void abort() {
    if (references != null) {
      for (Reference each : references) {
        connection.runtime().references().passAborted(each, connection.peer());
      }
      references = null;
      indexes = null;
    }
    if (parcel != null) {
      parcel.end(false);
      parcel = null;
    }
    announced = List.of();
    attachments = List.of();
    attachmentBytes = 0;
    bodyAhead = 0;
  }

  /** Begins again after {@link #abort}, with nothing written. */
  void restart(byte kind) {
    out.truncate(start);
    FrameWriter.begin(out, kind);
  }
}
