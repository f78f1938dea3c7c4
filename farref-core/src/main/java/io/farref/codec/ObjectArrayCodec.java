package io.farref.codec;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** An array of objects. */
final class ObjectArrayCodec extends TypeCodec {
  private ObjectArrayCodec(int tag) {
    super(tag, Identity.EARLY);
  }

  static void register(CodecRegistry r) {
    r.add(new ObjectArrayCodec(Tags.OBJECTS), Object[].class);
    r.add(new ObjectArrayCodec(Tags.ARRAY));
  }

  @Override
  void write(Encoder out, Object value) {
    @Nullable Object[] array = (Object[]) value;
    if (tag == Tags.ARRAY) {
      out.writeClass(array.getClass().componentType());
    }
    out.out.writeVarInt(array.length);
    out.writeElements(array);
  }

  @Override
  Object read(Decoder in, int id) {
    Class<?> type = tag == Tags.ARRAY ? in.readClass() : Object.class;
    if (type.isPrimitive()) {
      throw new io.farref.bytes.MalformedException("objects in an array of " + type);
    }
    @Nullable Object[] array = (Object[]) Array.newInstance(type, in.readCount(1));
    in.objects.register(id, array);
    readInto(in, array);
    return array;
  }

  /** Reads as many values as the array has elements. */
  static void readInto(Decoder in, @Nullable Object[] array) {
    for (int i = 0; i < array.length; i++) {
      int at = i;
      Object value = in.read();
      if (value instanceof ForwardReference pending) {
        pending.then(made -> array[at] = made);
      } else {
        array[at] = value;
      }
    }
  }
}
