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
  private final @Nullable StreamAssembler[] parcels = new StreamAssembler[StreamHeader.LANES + 1];
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
    if (parcels[parcel.lane()] != null) {
      throw new MalformedException("stream " + parcel.lane() + " is opened twice");
    }
    parcels[parcel.lane()] = new StreamAssembler(parcel, this::allowance);
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
  StreamAssembler at(int lane) {
    StreamAssembler parcel = lane < 1 || lane > StreamHeader.LANES ? null : parcels[lane];
    if (parcel == null) {
      throw new MalformedException("stream " + lane + " is not open");
    }
    return parcel;
  }

  /** Handles the frame that resets a stream. */
  public void drop(Input payload) {
    free(StreamHeader.lane(payload));
  }

  /** Ends the stream of that number, whose message has come. */
  public StreamAssembler claim(int lane) {
    StreamAssembler parcel = at(lane);
    parcel.checkWhole();
    free(lane);
    return parcel;
  }

  private void free(int lane) {
    StreamAssembler parcel = at(lane);
    assert parcel.chunkLeft() == 0;
    parcels[lane] = null;
    open--;
  }
}
