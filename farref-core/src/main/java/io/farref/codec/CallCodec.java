package io.farref.codec;

import io.farref.bytes.MalformedException;
import io.farref.spi.ValueReader;
import io.farref.spi.ValueWriter;

/**
 * How a call of the library's own travels. It is read as the root of a call and nowhere else: among
 * the arguments of a call it would be code that no {@link CallGate} has seen.
 *
 * @param <T> the class of the call
 */
public interface CallCodec<T> extends LibraryCodec<T> {
  /** Writes a call. */
  void writeCall(T call, CallWriter out);

  /** Reads a call, and says what it is for before it reads anything that the call carries. */
  T readCall(CallReader in);

  @Override
  default void write(T call, ValueWriter out) {
    writeCall(call, (CallWriter) out);
  }

  @Override
  default T read(ValueReader in) {
    throw new MalformedException(wireName() + " is a call, and stands where a value should");
  }
}
