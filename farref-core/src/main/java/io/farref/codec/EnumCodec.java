package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.util.Arrays;
import java.util.List;

/** An enum constant: its ordinal. The shape is the names in order. */
final class EnumCodec extends ShapedCodec {
  private final Object[] constants;

  private EnumCodec(Class<?> type, Object[] constants, List<String> names) {
    super(Tags.ENUM, Identity.NONE, type, names);
    this.constants = constants;
  }

  /** Makes the codec of an enum; runs its static initializer. */
  static EnumCodec of(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    return new EnumCodec(
        type, constants, Arrays.stream(constants).map(each -> ((Enum<?>) each).name()).toList());
  }

  /** The enum that a constant's class belongs to; the constant may have a body. */
  static Class<?> declaring(Class<?> type) {
    return type.isEnum() ? type : type.getSuperclass();
  }

  @Override
  @SuppressWarnings("EnumOrdinal") // the shape has the names in this order
  void writeBody(Encoder out, Object value) {
    out.out.writeVarInt(((Enum<?>) value).ordinal());
  }

  @Override
  Object readBody(Decoder in, int id) {
    int ordinal = in.in.readVarInt();
    if (ordinal < 0 || ordinal >= constants.length) {
      throw new MalformedException("constant " + ordinal + " of " + type.getName());
    }
    return constants[ordinal];
  }
}
