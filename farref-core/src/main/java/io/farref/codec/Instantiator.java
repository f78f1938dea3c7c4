package io.farref.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Makes instances of a class by a constructor of one of its superclasses, running none of its own.
 * The class is not initialized before the first instance is made.
 */
final class Instantiator {
  private final Class<?> type;
  private final Constructor<?> ofBase;
  private volatile @Nullable Constructor<?> known;

  private Instantiator(Class<?> type, Constructor<?> ofBase) {
    this.type = type;
    this.ofBase = ofBase;
  }

  /**
   * For instances of {@code type} made by the constructor of {@code base} with these parameters.
   */
  static Instantiator of(Class<?> type, Class<?> base, Class<?>... parameters)
      throws NoSuchMethodException {
    return new Instantiator(type, base.getDeclaredConstructor(parameters));
  }

  /** Makes one. */
  Object make(@Nullable Object... arguments) {
    try {
      return constructor().newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw Errors.encoding("cannot make a " + type.getName() + ": " + e.getCause(), e);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw Errors.encoding("cannot make a " + type.getName(), e);
    } catch (LinkageError e) {
      throw Errors.encoding(Errors.unusable(type.getName(), e), e);
    }
  }

  private Constructor<?> constructor() {
    Constructor<?> made = known;
    if (made == null) {
      made = SerializationHooks.constructor(type, ofBase);
      known = made;
    }
    return made;
  }
}
