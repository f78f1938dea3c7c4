package io.farref.spi;

/**
 * Encodes the instances of one class, which the built-in encoding cannot encode or encodes badly.
 * Found by ServiceLoader, so it must be present on every worker. Thread-safe. Its class is on the
 * allow-list.
 *
 * @param <T> the class; not its subclasses
 */
public interface ValueCodec<T> {
  /** The class that this encodes. */
  Class<T> type();

  /** Writes a value in a form that {@link #read} understands. */
  void write(T value, ValueWriter out);

  /** Reads exactly what {@link #write} wrote. */
  T read(ValueReader in);
}
