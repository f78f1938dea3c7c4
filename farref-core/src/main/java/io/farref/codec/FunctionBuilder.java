package io.farref.codec;

import io.farref.RpcException;
import java.io.ObjectStreamException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds one function from its captured values. Thread-safe.
 *
 * <p>The capturing class itself makes it, by the method that the compiler adds for this purpose and
 * that refuses a function which is not in that class. From then on the class of the function object
 * is known and its constructor is used. A reference to a method of an allowed class that is not in
 * the capturing class is made by the name of the method.
 */
final class FunctionBuilder {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodType FROM_ARRAY = MethodType.methodType(Object.class, Object[].class);

  private final FunctionDefinition definition;
  private final @Nullable Class<?> capturing;
  private final @Nullable MethodHandle deserialize;
  private final @Nullable Supplier<NamedFunction.Factory> byName;
  private final Function<@Nullable Object[], Object> fromCaptured = this::build;
  private volatile @Nullable Object same;
  private volatile @Nullable MethodHandle constructor;
  private volatile NamedFunction.@Nullable Factory named;

  /**
   * Makes one.
   *
   * @param capturing the capturing class, if it is here and allowed
   * @param byName makes it by the name of its method, if that is allowed
   */
  FunctionBuilder(
      FunctionDefinition definition,
      @Nullable Class<?> capturing,
      @Nullable Supplier<NamedFunction.Factory> byName) {
    this.definition = definition;
    this.capturing = capturing;
    this.deserialize = capturing == null ? null : deserializer(capturing);
    this.byName = byName;
    if (deserialize == null && byName == null) {
      throw missing(null);
    }
  }

  /** Such a function is what a call is for: may the call go on? */
  void admit(Decoder in) {
    in.admitFunction(definition);
  }

  /** How many values it captured. */
  int captured() {
    return definition.captured();
  }

  /** The function, if it captures nothing and was made before. */
  @Nullable Object withoutCaptured() {
    return same;
  }

  /** Makes the function from as many values as it captured. */
  Function<@Nullable Object[], Object> fromCaptured() {
    return fromCaptured;
  }

  private Object build(@Nullable Object[] values) {
    try {
      MethodHandle known = constructor;
      Object made = known != null ? (Object) known.invokeExact(values) : buildSlowly(values);
      if (values.length == 0) {
        same = made;
      }
      return made;
    } catch (RpcException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw Errors.encoding("cannot rebuild " + definition.describe() + ": " + e, e);
    }
  }

  private Object buildSlowly(@Nullable Object[] values) throws Throwable {
    NamedFunction.Factory factory = named;
    if (factory == null && deserialize != null && capturing != null) {
      try {
        Object made = (Object) deserialize.invoke(definition.toLambda(capturing, values));
        constructor = constructorOf(made.getClass(), values.length);
        return made;
      } catch (IllegalArgumentException | ObjectStreamException e) {
        if (byName == null) {
          throw missing(e);
        }
      }
    }
    if (factory == null && byName != null) {
      factory = byName.get();
      named = factory;
    }
    if (factory == null) {
      throw missing(null);
    }
    return factory.make(values);
  }

  private RuntimeException missing(@Nullable Throwable cause) {
    String message =
        definition.describe()
            + " is not in the build of "
            + definition.capturingName()
            + " on this worker; run the same build on both";
    return cause == null ? Errors.refused(message) : Errors.refused(message, cause);
  }

  private static @Nullable MethodHandle deserializer(Class<?> type) {
    if (JdkFunctions.isCapturing(type.getName())) {
      return JdkFunctions.deserialize();
    }
    try {
      Method method =
          type.getDeclaredMethod("$deserializeLambda$", java.lang.invoke.SerializedLambda.class);
      method.setAccessible(true);
      return LOOKUP.unreflect(method);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      throw Errors.encoding(Errors.notOpen(type), e);
    }
  }

  // An optimization that knows how the JDK makes lambda classes; without it, all works the same.
  private static @Nullable MethodHandle constructorOf(Class<?> type, int captured) {
    Constructor<?>[] constructors = type.getDeclaredConstructors();
    if (captured == 0
        || !FunctionCodec.isLambda(type)
        || constructors.length != 1
        || constructors[0].getParameterCount() != captured) {
      return null;
    }
    try {
      constructors[0].setAccessible(true);
      return LOOKUP
          .unreflectConstructor(constructors[0])
          .asSpreader(Object[].class, captured)
          .asType(FROM_ARRAY);
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      return null;
    } catch (IllegalArgumentException e) {
      return null; // more arguments than a handle can take
    }
  }
}
