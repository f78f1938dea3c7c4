package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;

/**
 * The answer of an acceptor that accepts a worker.
 *
 * @param arrived how many bytes of the session have arrived at the acceptor
 * @param settings the settings of its side of the connection
 */
public record Welcome(long arrived, ConnectionSettings settings) {
  void write(Output out) {
    out.writeVarLong(arrived);
    settings.write(out);
  }

  static Welcome read(Input in) {
    return new Welcome(in.readVarLong(), ConnectionSettings.read(in));
  }
}
