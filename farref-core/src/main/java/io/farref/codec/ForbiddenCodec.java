package io.farref.codec;

import java.util.function.Supplier;

/** The codec of a class whose instances cannot travel: throws the reason, each time. */
final class ForbiddenCodec extends TypeCodec {
  private final Supplier<Unsendable> problem;

  ForbiddenCodec(Supplier<Unsendable> problem) {
    super(Tags.NULL, Identity.NONE);
    this.problem = problem;
  }

  @Override
  TypeCodec select(Object value) {
    throw problem.get();
  }

  @Override
  void write(Encoder out, Object value) {
    throw problem.get();
  }

  @Override
  Object read(Decoder in, int id) {
    throw new AssertionError("only writes");
  }
}
