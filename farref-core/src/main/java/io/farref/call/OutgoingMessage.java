package io.farref.call;

import io.farref.Limits;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Output;
import io.farref.codec.OutboundMessage;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.Tables;
import io.farref.wire.Tables.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
  private final Connection connection;
  private final Output out;
  private final int start;
  private @Nullable Map<RRef<?>, Integer> indexes;
  private @Nullable List<Reference> references;
  private @Nullable List<ByteBuffer> attachments;

  OutgoingMessage(Connection connection, Output out, byte kind) {
    this.connection = connection;
    this.out = out;
    this.start = FrameWriter.begin(out, kind);
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
  public int attachment(ByteBuffer bytes) {
    if (attachments == null) {
      attachments = new ArrayList<>(2);
    }
    attachments.add(bytes);
    return attachments.size() - 1;
  }

  /** The buffers that travel beside it. */
  List<ByteBuffer> attachments() {
    return attachments == null ? List.of() : attachments;
  }

  /**
   * Completes the frame, whose flags are the first byte of its payload.
   *
   * @throws io.farref.RefusedException if it or what it carries is over one of this worker's limits
   */
  void end(int tablesFlag) {
    if (references != null || attachments != null) {
      checkTables(connection.runtime().limits());
      out.array()[start + Frame.HEADER_SIZE] |= (byte) tablesFlag;
      new Tables(
              references == null ? List.of() : references,
              attachments().stream().map(each -> (long) each.remaining()).toList())
          .write(out);
    }
    FrameWriter.end(out, start);
    Limits.check(
        "maxMessageBytes", out.size() - start, connection.runtime().limits().maxMessageBytes());
  }

  private void checkTables(Limits limits) {
    if (references != null) {
      Limits.check("maxReferences", references.size(), limits.maxReferences());
    }
    Limits.check("maxAttachments", attachments().size(), limits.maxAttachments());
    Limits.check(
        "maxAttachmentBytes",
        attachments().stream().mapToLong(ByteBuffer::remaining).sum(),
        limits.maxAttachmentBytes());
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
    attachments = null;
  }

  /** Begins again after {@link #abort}, with nothing written. */
  void restart(byte kind) {
    out.truncate(start);
    FrameWriter.begin(out, kind);
  }
}
