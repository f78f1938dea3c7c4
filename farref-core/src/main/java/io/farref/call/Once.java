package io.farref.call;

import io.farref.spi.ValueCodec;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;
import java.util.Objects;

/**
 * A function that is to run once, however often it is sent on one connection: see {@link
 * RecentCalls}.
 *
 * @param number tells the calls of the connection apart that are sent in this way
 * @param over all calls of lower numbers are over: nobody will ask for their outcomes
 * @param isFirst whether no other attempt of this call may have arrived
 * @param function what to run
 */
public record Once(long number, long over, boolean isFirst, Object function) {
  /** How it travels. */
  public static ValueCodec<?> codec() {
    return new Codec();
  }

  /** A byte that is 1 for a first attempt, the two numbers, the function. */
  private static final class Codec implements ValueCodec<Once> {
    @Override
    public Class<Once> type() {
      return Once.class;
    }

    @Override
    public void write(Once once, ValueWriter out) {
      out.writeByte(once.isFirst ? 1 : 0);
      out.writeLong(once.number);
      out.writeLong(once.over);
      out.writeValue("function", once.function);
    }

    @Override
    public Once read(ValueReader in) {
      boolean isFirst = in.readByte() != 0;
      long number = in.readLong();
      long over = in.readLong();
      return new Once(number, over, isFirst, Objects.requireNonNull(in.readValue(), "function"));
    }
  }
}
