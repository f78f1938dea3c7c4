package io.farref.codec;

import io.farref.bytes.MalformedException;

/** Reads the values of a tag that is followed by a type symbol. */
final class ShapedTag extends TypeCodec {
  private ShapedTag(int tag, Identity identity) {
    super(tag, identity);
  }

  static void register(CodecRegistry registry) {
    registry.add(new ShapedTag(Tags.ENUM, Identity.NONE));
    registry.add(new ShapedTag(Tags.RECORD, Identity.LATE));
    registry.add(new ShapedTag(Tags.OBJECT, Identity.EARLY));
    registry.add(new ShapedTag(Tags.CUSTOM, Identity.OPAQUE));
    registry.add(new ShapedTag(Tags.SERIAL, Identity.EARLY));
    registry.add(new ShapedTag(Tags.SERIAL_RESOLVED, Identity.LATE));
  }

  @Override
  void write(Encoder out, Object value) {
    throw new AssertionError("only reads");
  }

  @Override
  Object read(Decoder in, int id) {
    Symbol.Type symbol = in.readSymbol(Symbol.Type.class);
    ShapedCodec codec = symbol.usable();
    if (codec.tag != tag) {
      throw new MalformedException(symbol.name() + " does not travel behind tag " + tag);
    }
    return in.takeFunction() ? codec.readCall(in, id) : codec.readBody(in, id);
  }
}
