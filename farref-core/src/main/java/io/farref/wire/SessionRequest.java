package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * The session for which the dialer asks for a link.
 *
 * @param id of the session
 * @param attempt grows with each link that is asked for; a link of a lower attempt that arrives
 *     late is not used
 * @param begun whether the dialer knows that the acceptor has the session; if not, the acceptor may
 *     begin the session
 * @param arrived how many bytes of the session have arrived at the dialer
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
