package io.farref.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Makes instances of a class by a constructor of one of its superclasses, running none of its own.
 */
final class Instantiator {
  // sun.reflect.ReflectionFactory of module jdk.unsupported, which is there for this purpose. By
  // name, since the compiler warns of every class in it.
  private static final Object FACTORY;
  private static final Method NEW_CONSTRUCTOR;

  static {
    try {
      Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
      FACTORY = type.getMethod("getReflectionFactory").invoke(null);
      NEW_CONSTRUCTOR =
          type.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e.toString()); // told again at each later use
    }
  }

  private final Constructor<?> constructor;

  private Instantiator(Constructor<?> constructor) {
    this.constructor = constructor;
  }

  /**
   * For instances of {@code type} made by the constructor of {@code base} with these parameters.
   */
  static Instantiator of(Class<?> type, Class<?> base, Class<?>... parameters)
      throws NoSuchMethodException {
    Constructor<?> constructor = base.getDeclaredConstructor(parameters);
    try {
      return new Instantiator((Constructor<?>) NEW_CONSTRUCTOR.invoke(FACTORY, type, constructor));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make instances of " + type, e);
    }
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
