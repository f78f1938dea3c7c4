package io.farref.codec;

/**
 * A codec made of two functions, for a class whose values contain no others.
 *
 * @param <T> the class
 */
final class LeafCodec<T> extends TypeCodec {
  /** Writes the bytes after the tag. */
  @FunctionalInterface
  interface Writer<T> {
    void write(Encoder out, T value);
  }

  /** Reads the bytes after the tag. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Decoder in);
  }

  private final Writer<? super T> writer;
  private final Reader<? extends T> reader;

  LeafCodec(int tag, Identity identity, Writer<? super T> writer, Reader<? extends T> reader) {
    super(tag, identity);
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  @SuppressWarnings("unchecked") // looked up by the value's class
  void write(Encoder out, Object value) {
    writer.write(out, (T) value);
  }

  @Override
  Object read(Decoder in, int id) {
    return reader.read(in);
  }
}
