package io.farref.codec;

import io.farref.RpcException;
import io.farref.bytes.MalformedException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record: its components, given to its canonical constructor, which checks them. */
final class RecordCodec extends ShapedCodec {
  private static final int MAX_SLOTS = 250;

  private final FieldAccess[] components;
  private final MethodHandle constructor;

  private RecordCodec(Class<?> type, List<FieldAccess> components, MethodHandle constructor) {
    super(
        Tags.RECORD,
        Identity.LATE,
        type,
        components.stream().map(FieldAccess::descriptor).toList());
    this.components = components.toArray(FieldAccess[]::new);
    this.constructor = constructor;
  }

  /**
   * Makes the codec of a record.
   *
   * @throws InaccessibleObjectException if a module does not open a package to us
   */
  static RecordCodec of(Class<?> type) {
    try {
      List<FieldAccess> components = new ArrayList<>();
      for (RecordComponent component : type.getRecordComponents()) {
        components.add(FieldAccess.component(type.getDeclaredField(component.getName())));
      }
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return new RecordCodec(type, components, spreader(canonical));
    } catch (NoSuchFieldException | NoSuchMethodException | IllegalAccessException e) {
      throw new LinkageError(type + " is not as records are", e);
    }
  }

  /** The constructor as a function of an array. */
  private static MethodHandle spreader(Constructor<?> canonical)
      throws NoSuchMethodException, IllegalAccessException {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodHandle handle;
    if (slots(canonical) <= MAX_SLOTS) {
      handle =
          lookup
              .unreflectConstructor(canonical)
              .asFixedArity()
              .asSpreader(Object[].class, canonical.getParameterCount());
    } else { // a method handle takes two slots fewer than a constructor may have
      MethodType ofArray = MethodType.methodType(Object.class, Object[].class);
      handle =
          lookup
              .findVirtual(Constructor.class, "newInstance", ofArray)
              .asFixedArity()
              .bindTo(canonical);
    }
    return handle.asType(MethodType.methodType(Object.class, Object[].class));
  }

  private static int slots(Constructor<?> constructor) {
    return Arrays.stream(constructor.getParameterTypes())
        .mapToInt(each -> each == long.class || each == double.class ? 2 : 1)
        .sum();
  }

  @Override
  void writeBody(Encoder out, Object value) {
    for (FieldAccess component : components) {
      component.write(out, value);
    }
  }

  @Override
  Object readBody(Decoder in, int id) {
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = components[i].read(in);
    }
    return in.build(id, values, this::construct);
  }

  private Object construct(@Nullable Object[] values) {
    Object made;
    try {
      made = (Object) constructor.invokeExact(values);
    } catch (RpcException | MalformedException e) {
      throw e;
    } catch (Throwable thrown) {
      Throwable e =
          thrown instanceof InvocationTargetException && thrown.getCause() instanceof Throwable why
              ? why
              : thrown;
      throw Errors.encoding(
          "the constructor of " + type.getName() + " refused what was sent: " + e, e);
    }
    for (int i = 0; i < components.length; i++) {
      if (!components[i].holds(made, values[i])) {
        throw Errors.encoding(
            "the constructor of "
                + type.getName()
                + " changed what was sent: component "
                + components[i].name
                + " was "
                + values[i]
                + "; a record must be equal to one made from its components");
      }
    }
    return made;
  }
}
