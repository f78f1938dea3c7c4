package io.farref.call;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.wire.Parcel;
import org.jspecify.annotations.Nullable;

/** The parcels on their way on one connection. Of whoever reads it, like the {@link Inbox}. */
final class IncomingLanes {
  /** So much memory is made for what was announced and has not come... */
  private static final long ALLOWANCE = 64 << 20;

  /** ...and so much for each parcel in any case. */
  private static final long LEAST = 4 << 20;

  private final Limits limits;
  private final @Nullable IncomingParcel[] parcels = new IncomingParcel[Parcel.LANES + 1];
  private int open;

  IncomingLanes(Limits limits) {
    this.limits = limits;
  }

  /** Whether a chunk may come. */
  boolean areOpen() {
    return open > 0;
  }

  /** Takes in an OPEN. */
  void open(Input payload) {
    Parcel parcel = Parcel.read(payload, limits);
    if (parcels[parcel.lane()] != null) {
      throw new MalformedException("a parcel on lane " + parcel.lane() + ", which is not free");
    }
    parcels[parcel.lane()] = new IncomingParcel(parcel, this::allowance);
    open++;
  }

  private long allowance() {
    long unused = 0;
    for (IncomingParcel each : parcels) {
      unused += each == null ? 0 : each.unused();
    }
    return Math.max(LEAST, ALLOWANCE - unused);
  }

  /** What is on that lane. */
  IncomingParcel at(int lane) {
    IncomingParcel parcel = lane < 1 || lane > Parcel.LANES ? null : parcels[lane];
    if (parcel == null) {
      throw new MalformedException("nothing is on lane " + lane);
    }
    return parcel;
  }

  /** Takes in a RESET. */
  void drop(Input payload) {
    free(Parcel.lane(payload));
  }

  /** What came on that lane, for its message. */
  IncomingParcel claim(int lane) {
    IncomingParcel parcel = at(lane);
    parcel.checkWhole();
    free(lane);
    return parcel;
  }

  private void free(int lane) {
    IncomingParcel parcel = at(lane);
    assert parcel.chunkLeft() == 0;
    parcels[lane] = null;
    open--;
  }
}
