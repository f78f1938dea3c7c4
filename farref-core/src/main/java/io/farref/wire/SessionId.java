package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;
import java.util.UUID;

/** The id of a session. Cannot be guessed; chosen by the dialer. */
public record SessionId(long high, long low) {
  /** A new one. */
  public static SessionId random() {
    UUID random = UUID.randomUUID();
    return new SessionId(random.getMostSignificantBits(), random.getLeastSignificantBits());
  }

  void write(Output out) {
    out.writeLong(high);
    out.writeLong(low);
  }

  static SessionId read(Input in) {
    return new SessionId(in.readLong(), in.readLong());
  }
}
