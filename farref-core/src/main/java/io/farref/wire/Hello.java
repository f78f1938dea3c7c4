package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;
import java.util.Optional;

/**
 * The identity of the dialer, and its request.
 *
 * @param group the id of its group
 * @param from its id
 * @param to the id of the worker that it wants to reach
 * @param session the session that the link is for; none if the connection ends with the link
 * @param settings the settings of its side of the connection
 */
public record Hello(
    String group, int from, int to, Optional<SessionRequest> session, ConnectionSettings settings) {
  void write(Output out) {
    out.writeUtf8(group);
    out.writeVarInt(from);
    out.writeVarInt(to);
    out.writeByte((byte) (session.isPresent() ? 1 : 0));
    session.ifPresent(asked -> asked.write(out));
    settings.write(out);
  }

  static Hello read(Input in) {
    return new Hello(
        in.readUtf8(),
        in.readVarInt(),
        in.readVarInt(),
        in.readByte() == 0 ? Optional.empty() : Optional.of(SessionRequest.read(in)),
        ConnectionSettings.read(in));
  }
}
