package io.farref.call;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.wire.Parcel;
import org.jspecify.annotations.Nullable;

/**
 * The streams on which large messages arrive on one connection. Used only by the thread that reads,
 * like the {@link Inbox}.
 */
final class IncomingLanes {
  /** So much memory is allocated for bytes that were announced and have not come... */
  private static final long ALLOWANCE = 64 << 20;

  /** ...and so much for each stream in any case. */
  private static final long LEAST = 4 << 20;

  private final Limits limits;
  private final @Nullable IncomingParcel[] parcels = new IncomingParcel[Parcel.STREAMS + 1];
  private int open;

  IncomingLanes(Limits limits) {
    this.limits = limits;
  }

  /** Whether a chunk may come. */
  boolean areOpen() {
    return open > 0;
  }

  /** Handles the frame that opens a stream. */
  void open(Input payload) {
    Parcel parcel = Parcel.read(payload, limits);
    if (parcels[parcel.stream()] != null) {
      throw new MalformedException("stream " + parcel.stream() + " is opened twice");
    }
    parcels[parcel.stream()] = new IncomingParcel(parcel, this::allowance);
    open++;
  }

  private long allowance() {
    long unused = 0;
    for (IncomingParcel each : parcels) {
      unused += each == null ? 0 : each.unused();
    }
    return Math.max(LEAST, ALLOWANCE - unused);
  }

  /** The stream of that number. */
  IncomingParcel at(int stream) {
    IncomingParcel parcel = stream < 1 || stream > Parcel.STREAMS ? null : parcels[stream];
    if (parcel == null) {
      throw new MalformedException("stream " + stream + " is not open");
    }
    return parcel;
  }

  /** Handles the frame that resets a stream. */
  void drop(Input payload) {
    free(Parcel.stream(payload));
  }

  /** Ends the stream of that number, whose message has come. */
  IncomingParcel claim(int stream) {
    IncomingParcel parcel = at(stream);
    parcel.checkWhole();
    free(stream);
    return parcel;
  }

  private void free(int stream) {
    IncomingParcel parcel = at(stream);
    assert parcel.chunkLeft() == 0;
    parcels[stream] = null;
    open--;
  }
}
