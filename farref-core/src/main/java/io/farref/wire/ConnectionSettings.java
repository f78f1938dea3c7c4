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
 * @param receiveLimits the largest messages that the worker accepts
 */
public record ConnectionSettings(
    long silenceMillis, ProcessIdentity process, ReceiveLimits receiveLimits) {
  /** The settings of a worker that has not sent any. */
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
    receiveLimits.write(out);
  }

  static ConnectionSettings read(Input in) {
    return new ConnectionSettings(
        in.readVarLong(),
        new ProcessIdentity(in.readLong(), in.readVarLong(), in.readVarLong()),
        ReceiveLimits.read(in));
  }
}
