package io.farref.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An instance of a class of the JDK, as its {@link SerialForm}: for each level, count, v... */
final class SerialCodec extends ShapedCodec {
  private final SerialForm form;
  private final Instantiator instantiator;

  private SerialCodec(SerialForm form) {
    super(
        form.resolves() ? Tags.SERIAL_RESOLVED : Tags.SERIAL,
        form.resolves() ? Identity.LATE : Identity.EARLY,
        form.type(),
        form.shape());
    this.form = form;
    this.instantiator = form.instantiator();
  }

  /** The codec of a class of the JDK that has such a form; else null. */
  static @Nullable TypeCodec find(Class<?> type) {
    SerialForm form = SerialForm.of(type);
    if (form == null) {
      return null;
    }
    return form.replaces() ? new Replaced(form) : new SerialCodec(form);
  }

  /** The codec of a class that is known to have such a form. */
  static TypeCodec of(Class<?> type) {
    return Objects.requireNonNull(find(type), type::getName);
  }

  @Override
  void writeBody(Encoder out, Object value) {
    form.write(out, value, value);
  }

  @Override
  Object readBody(Decoder in, int id) {
    if (form.resolves()) {
      return form.readResolved(in, id, instantiator);
    }
    Object object = instantiator.make();
    in.objects.register(id, object);
    form.read(in, id, object);
    return object;
  }

  /** An instance for which another object is written, from which it is made again. */
  private static final class Replaced extends TypeCodec {
    private final SerialForm form;

    Replaced(SerialForm form) {
      super(Tags.SERIAL_RESOLVED, Identity.LATE);
      this.form = form;
    }

    @Override
    void write(Encoder out, Object value) {
      Object replacement = form.replacement(value);
      if (!(find(replacement.getClass()) instanceof SerialCodec codec) || codec.tag != tag) {
        throw Unsendable.noEncoding(
            value.getClass().getTypeName(), UnsupportedTypeAdvice.about(value.getClass()));
      }
      codec.writeSymbol(out);
      codec.form.write(out, replacement, value);
    }

    @Override
    Object read(Decoder in, int id) {
      throw new AssertionError("read through its tag");
    }
  }
}
