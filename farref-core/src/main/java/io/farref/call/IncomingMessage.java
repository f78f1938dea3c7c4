package io.farref.call;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.call.ReferenceLayer.Arrival;
import io.farref.codec.InboundMessage;
import io.farref.mux.FrameReader;
import io.farref.mux.StreamAssembler;
import io.farref.wire.MessageTrailer;
import io.farref.wire.Window;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call or reply that has arrived, with the references and out-of-band buffers of its body. The
 * references are registered when it is made; {@link #end} must follow in every case.
 */
public final class IncomingMessage implements InboundMessage {
  /** A larger body is decoded on a thread of its own. */
  private static final int LARGE = 16 << 10;

  private static final Arrival[] NO_ARRIVALS = {};
  private static final @Nullable RRef<?>[] NO_REFERENCES = {};
  private static final @Nullable MemorySegment[] NO_ATTACHMENTS = {};

  private final Connection connection;
  private final Input body;
  private final Arrival[] arrivals;
  private final @Nullable RRef<?>[] references;
  private final @Nullable MemorySegment[] attachments;
  private final @Nullable OutOfMemoryError shortage;
  private final long weight;
  private boolean functions;

  /**
   * Reads the parts of a message.
   *
   * @param rest the payload after the head
   * @param tables whether tables follow the body
   */
  public IncomingMessage(Connection connection, FrameReader in, Input rest, boolean tables)
      throws IOException {
    this.connection = connection;
    if (!tables) {
      body = rest;
      attachments = NO_ATTACHMENTS;
      arrivals = NO_ARRIVALS;
      references = NO_REFERENCES;
      shortage = null;
      weight = Window.weight(body.remaining(), 0, 0);
      return;
    }
    MessageTrailer trailer = MessageTrailer.read(rest, connection.runtime().limits());
    List<MessageTrailer.Reference> carried = trailer.references();
    Input inMessage = MessageTrailer.body(rest);
    if (trailer.stream() == 0) {
      body = inMessage;
      attachments = following(in, trailer.attachments());
      shortage = null;
      long bytes = trailer.attachments().stream().mapToLong(Long::longValue).sum();
      weight = Window.weight(body.remaining(), carried.size(), bytes);
    } else {
      StreamAssembler ahead = in.streams().claim(trailer.stream());
      body = ahead.body(inMessage);
      attachments = ahead.attachments();
      shortage = ahead.shortage();
      int size = inMessage.remaining() + ahead.bodyBytes();
      weight = Window.weight(size, carried.size(), ahead.attachmentBytes());
    }
    arrivals = new Arrival[carried.size()];
    references = new RRef<?>[carried.size()];
    for (int i = 0; i < arrivals.length; i++) {
      arrivals[i] = connection.runtime().references().arrived(carried.get(i), connection.peer());
    }
  }

  private static MemorySegment[] following(FrameReader in, List<Long> sizes) throws IOException {
    MemorySegment[] attachments = new MemorySegment[sizes.size()];
    for (int i = 0; i < attachments.length; i++) {
      attachments[i] = MemorySegment.ofArray(in.attachment(sizes.get(i)));
    }
    return attachments;
  }

  /**
   * The weight of the message in the window, before its body is read: see {@link Window#weight}.
   */
  public long weight() {
    return weight;
  }

  /**
   * Checks that there was memory for the whole message; to be called before the body is decoded.
   *
   * @throws OutOfMemoryError if not; then body and buffers are missing
   */
  public void checkFits() {
    if (shortage != null) {
      throw shortage;
    }
  }

  /** The body, valid as long as the frame is. */
  public Input body() {
    return body;
  }

  /** Whether the body is so large that another thread decodes it. */
  public boolean isLarge() {
    return body.remaining() > LARGE;
  }

  @Override
  public <T> T symbol(int id, Function<byte[], T> resolver) {
    return connection.symbolsIn().resolve(id, resolver);
  }

  @Override
  public RRef<?> reference(int index) {
    check("reference", index, references.length);
    RRef<?> known = references[index];
    if (known == null) {
      known = arrivals[index].rref();
      references[index] = known;
    }
    return known;
  }

  @Override
  public Peer peer(int worker) {
    return connection.runtime().directory().peer(worker);
  }

  @Override
  public MemorySegment attachment(int index) {
    check("attachment", index, attachments.length);
    MemorySegment bytes = attachments[index];
    if (bytes == null) {
      throw new MalformedException("out-of-band buffer " + index + " is used twice");
    }
    attachments[index] = null;
    return bytes;
  }

  @Override
  public void mayHaveFunctions() {
    functions = true;
  }

  @Override
  public void hasFunction() {
    if (!functions) {
      throw new MalformedException("a function where its sender has announced none");
    }
  }

  /**
   * The body has been read, or never will be.
   *
   * @param decoded whether the decoded value was handed on; if not, its references are closed
   */
  public void end(boolean decoded) {
    for (int i = 0; i < arrivals.length; i++) {
      RRef<?> reference = references[i];
      if (reference != null && !decoded) {
        reference.close();
      }
      arrivals[i].settle();
    }
  }

  private static void check(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new MalformedException(what + " " + index + " of " + count);
    }
  }
}
