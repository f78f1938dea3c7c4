package io.farref.codec;

/** How the values behind one tag travel. Stateless, thread-safe. */
abstract class TypeCodec {
  /** When an object that is being read can be referred to. */
  enum Identity {
    /** Never: it has no identity, or none that matters. */
    NONE,
    /** Before its contents are read, so it may contain itself. */
    EARLY,
    /** Once its contents are read: it is made from them. */
    LATE,
    /** Once its contents are read, by code that must see all of them finished. */
    OPAQUE
  }

  final int tag;
  final Identity identity;

  TypeCodec(int tag, Identity identity) {
    this.tag = tag;
    this.identity = identity;
  }

  /** Writes the bytes after the tag. */
  abstract void write(Encoder out, Object value);

  /**
   * Reads the bytes after the tag.
   *
   * @param id the object's number; an EARLY one is registered under it before its contents are read
   * @return the object, or a {@link ForwardReference} that a LATE one may be
   */
  abstract Object read(Decoder in, int id);

  /** The codec for one value, where its class alone does not decide. */
  TypeCodec select(Object value) {
    return this;
  }
}
