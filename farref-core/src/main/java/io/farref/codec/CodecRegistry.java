package io.farref.codec;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the codecs of the JDK's types: by tag, and by the classes that they are for. */
final class CodecRegistry {
  final Map<Class<?>, TypeCodec> byClass = new HashMap<>();
  final @Nullable TypeCodec[] byTag = new TypeCodec[256];

  /** Adds a codec for these classes. */
  void add(TypeCodec codec, Class<?>... classes) {
    if (byTag[codec.tag] != null) {
      throw new IllegalStateException("tag " + codec.tag + " is used twice");
    }
    byTag[codec.tag] = codec;
    for (Class<?> each : classes) {
      byClass.put(each, codec);
    }
  }

  /** Adds a codec for a class of values without identity. */
  <T> void value(
      int tag, Class<T> type, LeafCodec.Writer<? super T> writer, LeafCodec.Reader<T> reader) {
    add(new LeafCodec<>(tag, TypeCodec.Identity.NONE, writer, reader), type);
  }

  /** Adds a codec for a class of objects without contents that matter to cycles. */
  <T> void object(
      int tag, Class<T> type, LeafCodec.Writer<? super T> writer, LeafCodec.Reader<T> reader) {
    add(new LeafCodec<>(tag, TypeCodec.Identity.EARLY, writer, reader), type);
  }
}
