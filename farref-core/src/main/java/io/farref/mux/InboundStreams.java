package io.farref.mux;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.wire.StreamHeader;
import org.jspecify.annotations.Nullable;

/**
 * The streams on which large messages arrive on one connection. Used only by the thread that reads,
 * like the {@link FrameReader}.
 */
public final class InboundStreams {
  /** How much memory all streams may allocate for bytes that were announced and have not come. */
  private static final long ALLOWANCE = 64 << 20;

  /** How much of such memory each stream may allocate in any case. */
  private static final long LEAST = 4 << 20;

  private final Limits limits;
  private final @Nullable StreamAssembler[] assemblers =
      new StreamAssembler[StreamHeader.STREAMS + 1];
  private int open;

  InboundStreams(Limits limits) {
    this.limits = limits;
  }

  /** Whether a chunk may come. */
  boolean areOpen() {
    return open > 0;
  }

  /** Handles the frame that opens a stream. */
  public void open(Input payload) {
    StreamHeader header = StreamHeader.read(payload, limits);
    if (assemblers[header.stream()] != null) {
      throw new MalformedException("stream " + header.stream() + " is opened twice");
    }
    assemblers[header.stream()] = new StreamAssembler(header, this::allowance);
    open++;
  }

  private long allowance() {
    long unused = 0;
    for (StreamAssembler each : assemblers) {
      unused += each == null ? 0 : each.unused();
    }
    return Math.max(LEAST, ALLOWANCE - unused);
  }

  /** The stream of that number. */
  StreamAssembler at(int stream) {
    StreamAssembler assembler =
        stream < 1 || stream > StreamHeader.STREAMS ? null : assemblers[stream];
    if (assembler == null) {
      throw new MalformedException("stream " + stream + " is not open");
    }
    return assembler;
  }

  /** Handles the frame that resets a stream. */
  public void drop(Input payload) {
    free(StreamHeader.stream(payload));
  }

  /** Ends the stream of that number, whose message has come. */
  public StreamAssembler claim(int stream) {
    StreamAssembler assembler = at(stream);
    assembler.checkWhole();
    free(stream);
    return assembler;
  }

  private void free(int stream) {
    StreamAssembler assembler = at(stream);
    assert assembler.chunkLeft() == 0;
    assemblers[stream] = null;
    open--;
  }
}
