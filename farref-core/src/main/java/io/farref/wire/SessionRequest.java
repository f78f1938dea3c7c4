package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * Which session the dialer wants a link for.
 *
 * @param id which
 * @param attempt grows with each link asked for; an earlier one that comes late is not used
 * @param begun whether the dialer knows that the acceptor has the session; if not, the acceptor may
 *     begin it
 * @param arrived how many bytes of it have arrived at the dialer
 */
public record SessionRequest(SessionId id, int attempt, boolean begun, long arrived) {
  void write(Output out) {
    id.write(out);
    out.writeVarInt(attempt);
    out.writeByte((byte) (begun ? 1 : 0));
    out.writeVarLong(arrived);
  }

  static SessionRequest read(Input in) {
    return new SessionRequest(
        SessionId.read(in), in.readVarInt(), in.readByte() != 0, in.readVarLong());
  }
}
