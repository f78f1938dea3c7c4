package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An enum constant: its ordinal. The shape is the names in order. The enum is not initialized
 * before its first constant is read.
 */
final class EnumCodec extends ShapedCodec {
  private final List<String> names;
  private volatile Object @Nullable [] constants;

  private EnumCodec(Class<?> type, List<String> names) {
    super(Tags.ENUM, Identity.NONE, type, names);
    this.names = names;
  }

  /** Makes the codec of an enum. */
  static EnumCodec of(Class<?> type) {
    return new EnumCodec(
        type,
        Arrays.stream(type.getDeclaredFields())
            .filter(Field::isEnumConstant)
            .map(Field::getName)
            .toList());
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
    if (ordinal < 0 || ordinal >= names.size()) {
      throw new MalformedException("constant " + ordinal + " of " + type.getName());
    }
    return constants()[ordinal];
  }

  private Object[] constants() {
    Object[] known = constants;
    if (known == null) {
      known = type.getEnumConstants();
      // Reflection returns the fields of a class file in its order, but does not promise to.
      if (!names.equals(Arrays.stream(known).map(each -> ((Enum<?>) each).name()).toList())) {
        throw Errors.encoding("the constants of " + type.getName() + " are not in order");
      }
      constants = known;
    }
    return known;
  }
}
