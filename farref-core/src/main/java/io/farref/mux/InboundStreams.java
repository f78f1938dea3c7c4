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
  /** So much memory is allocated for bytes that were announced and have not come... */
  private static final long ALLOWANCE = 64 << 20;

  /** ...and so much for each stream in any case. */
  private static final long LEAST = 4 << 20;

  private final Limits limits;
  private final @Nullable StreamAssembler[] parcels = new StreamAssembler[StreamHeader.STREAMS + 1];
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
    StreamHeader parcel = StreamHeader.read(payload, limits);
    if (parcels[parcel.stream()] != null) {
      throw new MalformedException("stream " + parcel.stream() + " is opened twice");
    }
    parcels[parcel.stream()] = new StreamAssembler(parcel, this::allowance);
    open++;
  }

  private long allowance() {
    long unused = 0;
    for (StreamAssembler each : parcels) {
      unused += each == null ? 0 : each.unused();
    }
    return Math.max(LEAST, ALLOWANCE - unused);
  }

  /** The stream of that number. */
  StreamAssembler at(int stream) {
    StreamAssembler parcel = stream < 1 || stream > StreamHeader.STREAMS ? null : parcels[stream];
    if (parcel == null) {
      throw new MalformedException("stream " + stream + " is not open");
    }
    return parcel;
  }

  /** Handles the frame that resets a stream. */
  public void drop(Input payload) {
    free(StreamHeader.stream(payload));
  }

  /** Ends the stream of that number, whose message has come. */
  public StreamAssembler claim(int stream) {
    StreamAssembler parcel = at(stream);
    parcel.checkWhole();
    free(stream);
    return parcel;
  }

  private void free(int stream) {
    StreamAssembler parcel = at(stream);
    assert parcel.chunkLeft() == 0;
    parcels[stream] = null;
    open--;
  }
}
