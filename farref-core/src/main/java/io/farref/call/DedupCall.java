package io.farref.call;

import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;

/**
 * A function that is called at most once: it runs once, however often it is sent on one connection.
 * The callee suppresses the duplicates.
 *
 * @param number identifies the call among those of the connection that are sent in this way
 * @param over the caller will not ask again for the outcomes of calls with lower numbers
 * @param isFirst whether no other attempt of this call can have arrived
 * @param function the function to run
 */
public record DedupCall(long number, long over, boolean isFirst, Object function) {
  /** The codec for these calls. */
  public static CallCodec<?> codec() {
    return new Codec();
  }

  /** A byte that is 1 for a first attempt, the two numbers, the function. */
  private static final class Codec implements CallCodec<DedupCall> {
    @Override
    public String wireName() {
      return ".at-most-once";
    }

    @Override
    public Class<DedupCall> type() {
      return DedupCall.class;
    }

    @Override
    public void writeCall(DedupCall once, CallWriter out) {
      out.writeByte(once.isFirst ? 1 : 0);
      out.writeLong(once.number);
      out.writeLong(once.over);
      out.writeValue("function", once.function);
    }

    @Override
    public DedupCall readCall(CallReader in) {
      boolean isFirst = in.readByte() != 0;
      long number = in.readLong();
      long over = in.readLong();
      return new DedupCall(number, over, isFirst, in.readFunction());
    }
  }
}
