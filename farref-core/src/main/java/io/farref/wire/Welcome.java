package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * What the acceptor says when it lets a worker in.
 *
 * @param arrived how many bytes of the session have arrived at the acceptor
 * @param terms how it looks after the connection
 */
public record Welcome(long arrived, ConnectionSettings terms) {
  void write(Output out) {
    out.writeVarLong(arrived);
    terms.write(out);
  }

  static Welcome read(Input in) {
    return new Welcome(in.readVarLong(), ConnectionSettings.read(in));
  }
}
