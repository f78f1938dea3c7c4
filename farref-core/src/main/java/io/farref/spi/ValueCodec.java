package io.farref.spi;

/**
 * How the instances of one class travel, for a class that the built-in encoding does not know or
 * does badly. Found by ServiceLoader, on every worker; thread-safe. The class counts as allowed.
 *
 * @param <T> the class; exactly that one, not its subclasses
 */
public interface ValueCodec<T> {
  /** The class. */
  Class<T> type();

  /** Writes a value, in a form that {@link #read} understands. */
  void write(T value, ValueWriter out);

  /** Reads what {@link #write} wrote, no more and no less. */
  T read(ValueReader in);
}
