package io.farref.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the captured values of a lambda object from its fields, which is some ten times as fast as
 * to ask it to describe itself. Knows how the JDK makes lambda classes; a class made otherwise is
 * asked to describe itself.
 */
final class CapturedValues {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private final MethodHandle[] getters;

  private CapturedValues(MethodHandle[] getters) {
    this.getters = getters;
  }

  /** For a lambda's class that captures so many values; null if its fields are not as expected. */
  static @Nullable CapturedValues of(Class<?> type, int count) {
    Field[] fields = type.getDeclaredFields();
    if (fields.length != count) {
      return null;
    }
    MethodHandle[] getters = new MethodHandle[count];
    try {
      for (int i = 0; i < count; i++) {
        Field field = type.getDeclaredField("arg$" + (i + 1));
        field.setAccessible(true);
        getters[i] = LOOKUP.unreflectGetter(field).asType(GETTER);
      }
    } catch (NoSuchFieldException | IllegalAccessException | InaccessibleObjectException e) {
      return null;
    }
    return new CapturedValues(getters);
  }

  /** The value captured as the {@code i}th, boxed. */
  @Nullable Object get(Object lambda, int i) throws Throwable {
    return (@Nullable Object) getters[i].invokeExact(lambda);
  }
}
