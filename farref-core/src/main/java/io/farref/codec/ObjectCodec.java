package io.farref.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An object of an allowed class: the state of the JDK's class that it extends, as its {@link
 * SerialForm}, then its fields and those of its superclasses, the transient ones left at their
 * defaults. No constructor of its own runs, and none of its methods fills it.
 */
final class ObjectCodec extends ShapedCodec {
  private final FieldAccess[] fields;
  private final Instantiator instantiator;
  private final @Nullable SerialForm base;

  private ObjectCodec(
      Class<?> type,
      List<FieldAccess> fields,
      Instantiator instantiator,
      @Nullable SerialForm base) {
    super(
        Tags.OBJECT,
        Identity.EARLY,
        type,
        Stream.concat(
                base == null ? Stream.of() : base.shape().stream(),
                fields.stream().map(FieldAccess::descriptor))
            .toList());
    this.fields = fields.toArray(FieldAccess[]::new);
    this.instantiator = instantiator;
    this.base = base;
  }

  /**
   * Makes the codec of a class.
   *
   * @throws Unsendable if its instances cannot be rebuilt
   * @throws InaccessibleObjectException if a module does not open a package to us
   */
  static ObjectCodec of(Class<?> type) {
    Class<?> base = type;
    while (!JdkTypes.isJdk(base)) {
      base = base.getSuperclass();
    }
    List<FieldAccess> fields = FieldAccess.of(type, base);
    SerialForm form = SerialForm.of(base);
    if (form != null && form.completesSubclasses()) {
      return new ObjectCodec(type, fields, instantiator(type, form.constructed()), form);
    }
    if (!SerialForm.stateless(base)) {
      throw Unsendable.noEncoding(
          type.getTypeName(),
          "it extends " + base.getName() + ", " + UnsupportedTypeAdvice.about(base));
    }
    return new ObjectCodec(type, fields, instantiator(type, base), null);
  }

  private static Instantiator instantiator(Class<?> type, Class<?> constructed) {
    try {
      Constructor<?> constructor = constructed.getDeclaredConstructor();
      if ((constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
        return Instantiator.of(type, constructed);
      }
    } catch (NoSuchMethodException e) {
      // Refused like one that is private.
    }
    throw Unsendable.noEncoding(
        type.getTypeName(),
        "it extends "
            + constructed.getName()
            + ", which cannot be made without arguments; "
            + UnsupportedTypeAdvice.GENERAL);
  }

  @Override
  void writeBody(Encoder out, Object value) {
    if (base != null) {
      base.write(out, value, value);
    }
    for (FieldAccess field : fields) {
      field.write(out, value);
    }
  }

  @Override
  Object readBody(Decoder in, int id) {
    Object object = instantiator.make();
    in.objects.register(id, object);
    if (base != null) {
      base.read(in, id, object);
    }
    for (FieldAccess field : fields) {
      field.read(in, object);
    }
    return object;
  }
}
