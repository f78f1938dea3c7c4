package io.farref.call;

import io.farref.Limits;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.wire.MessageTrailer;
import io.farref.wire.MessageTrailer.Reference;
import io.farref.wire.ReceiveLimits;
import io.farref.wire.StreamHeader.Attachment;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The references and out-of-band buffers of a message; few messages have any. */
final class OutgoingTrailer {
  private final Connection connection;
  private final Map<RRef<?>, Integer> indexes = HashMap.newHashMap(2);
  private final List<Reference> references = new ArrayList<>(2);
  private final List<Attachment> announced = new ArrayList<>(2);
  private final List<MemorySegment> attachments = new ArrayList<>(2);
  private long attachmentBytes;

  OutgoingTrailer(Connection connection) {
    this.connection = connection;
  }

  /** Adds a reference, which is pinned until the receiver settles it; returns its index. */
  int reference(RRef<?> reference) {
    Integer known = indexes.get(reference);
    if (known != null) {
      return known;
    }
    references.add(connection.runtime().references().pass(reference, connection.peer()));
    int index = references.size() - 1;
    indexes.put(reference, index);
    return index;
  }

  /** Adds a buffer, which becomes memory of the given kind at the receiver; returns its index. */
  int attachment(MemorySegment bytes, Memory there) {
    announced.add(new Attachment(there, bytes.byteSize()));
    attachments.add(bytes);
    attachmentBytes += bytes.byteSize();
    return attachments.size() - 1;
  }

  int references() {
    return references.size();
  }

  List<MemorySegment> attachments() {
    return attachments;
  }

  List<Attachment> announced() {
    return announced;
  }

  long attachmentBytes() {
    return attachmentBytes;
  }

  /**
   * Writes the trailer.
   *
   * @param stream the stream on which the buffers went ahead; zero if they follow the message
   */
  void write(Output out, int stream) {
    List<Long> following =
        stream == 0 ? announced.stream().map(Attachment::size).toList() : List.of();
    new MessageTrailer(references, stream, following).write(out);
  }

  /**
   * Checks the trailer against the limits of both workers.
   *
   * @throws RefusedException if it exceeds one
   */
  void check() {
    ReceiveLimits theirs = connection.receiveLimits();
    Limits mine = connection.runtime().limits();
    check("maxReferences", references.size(), mine.maxReferences(), theirs.references());
    check("maxAttachments", attachments.size(), mine.maxAttachments(), theirs.attachments());
    check(
        "maxAttachmentBytes", attachmentBytes, mine.maxAttachmentBytes(), theirs.attachmentBytes());
  }

  private void check(String limit, long size, long mine, long theirs) {
    check(connection, limit, size, mine, theirs);
  }

  /** Checks a size against the limit of this worker and of the receiver. */
  static void check(Connection connection, String limit, long size, long mine, long theirs) {
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

  /** The message will not leave: undoes the passing of the references. */
  void abort() {
    for (Reference each : references) {
      connection.runtime().references().passAborted(each, connection.peer());
    }
  }
}
