package io.farref.wire;

import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.observe.ProcessIdentity;

/**
 * How a worker looks after a connection.
 *
 * @param silenceMillis how long the other side may say nothing before it is lost; 0 is for ever.
 *     The shorter one of both sides counts for both
 * @param process the process it runs in
 * @param intake how large a message it takes
 */
public record Terms(long silenceMillis, ProcessIdentity process, Intake intake) {
  /** Of a worker of which nothing is known. */
  public static final Terms UNKNOWN = new Terms(0, ProcessIdentity.UNKNOWN, Intake.UNKNOWN);

  /** The silence that both sides agree on. */
  public long silenceWith(Terms other) {
    return silenceMillis == 0 || other.silenceMillis == 0
        ? Math.max(silenceMillis, other.silenceMillis)
        : Math.min(silenceMillis, other.silenceMillis);
  }

  void write(Output out) {
    out.writeVarLong(silenceMillis);
    out.writeLong(process.machine());
    out.writeVarLong(process.pid());
    out.writeVarLong(process.start());
    intake.write(out);
  }

  static Terms read(Input in) {
    return new Terms(
        in.readVarLong(),
        new ProcessIdentity(in.readLong(), in.readVarLong(), in.readVarLong()),
        Intake.read(in));
  }
}
