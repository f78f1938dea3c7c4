package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.observe.ProcessIdentity;

/**
 * The settings of one side of a connection, sent when it is opened.
 *
 * @param silenceMillis how long the other side may be silent before it is declared dead; 0 is for
 *     ever. The shorter silence of the two sides counts for both
 * @param process the process of the worker
 * @param limits the sizes of message that it accepts
 */
public record ConnectionSettings(
    long silenceMillis, ProcessIdentity process, ReceiveLimits limits) {
  /** Those of a worker whose settings are not known. */
  public static final ConnectionSettings UNKNOWN =
      new ConnectionSettings(0, ProcessIdentity.UNKNOWN, ReceiveLimits.UNKNOWN);

  /** The silence that both sides agree on. */
  public long silenceWith(ConnectionSettings other) {
    return silenceMillis == 0 || other.silenceMillis == 0
        ? Math.max(silenceMillis, other.silenceMillis)
        : Math.min(silenceMillis, other.silenceMillis);
  }

  void write(Output out) {
    out.writeVarLong(silenceMillis);
    out.writeLong(process.machine());
    out.writeVarLong(process.pid());
    out.writeVarLong(process.start());
    limits.write(out);
  }

  static ConnectionSettings read(Input in) {
    return new ConnectionSettings(
        in.readVarLong(),
        new ProcessIdentity(in.readLong(), in.readVarLong(), in.readVarLong()),
        ReceiveLimits.read(in));
  }
}
