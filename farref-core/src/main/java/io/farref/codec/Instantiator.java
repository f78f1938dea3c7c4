package io.farref.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Makes instances of a class by a constructor of one of its superclasses, running none of its own.
 */
final class Instantiator {
  private final Constructor<?> constructor;

  private Instantiator(Constructor<?> constructor) {
    this.constructor = constructor;
  }

  /**
   * For instances of {@code type} made by the constructor of {@code base} with these parameters.
   */
  static Instantiator of(Class<?> type, Class<?> base, Class<?>... parameters)
      throws NoSuchMethodException {
    return new Instantiator(
        SerializationHooks.constructor(type, base.getDeclaredConstructor(parameters)));
  }

  /** Makes one. */
  Object make(@Nullable Object... arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw Errors.encoding(
          "cannot make a " + constructor.getDeclaringClass().getName() + ": " + e.getCause(), e);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw Errors.encoding("cannot make a " + constructor.getDeclaringClass().getName(), e);
    }
  }
}
