package io.farref.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK offers to libraries that serialize: {@code sun.reflect.ReflectionFactory} of module
 * {@code jdk.unsupported}, which is there for this purpose. By name, since the compiler warns of
 * every class in it.
 */
final class SerializationHooks {
  private static final Object FACTORY;
  private static final Map<String, Method> METHODS;

  static {
    try {
      Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
      FACTORY = type.getMethod("getReflectionFactory").invoke(null);
      METHODS =
          Arrays.stream(type.getMethods())
              .filter(
                  each ->
                      each.getReturnType() == MethodHandle.class
                          && Arrays.equals(each.getParameterTypes(), new Class<?>[] {Class.class}))
              .collect(Collectors.toMap(Method::getName, Function.identity()));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e.toString()); // told again at each later use
    }
  }

  private SerializationHooks() {}

  /** A constructor of instances of {@code type} that runs only that of one of its superclasses. */
  static Constructor<?> constructor(Class<?> type, Constructor<?> ofSuperclass) {
    try {
      Object made =
          FACTORY
              .getClass()
              .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
              .invoke(FACTORY, type, ofSuperclass);
      return (Constructor<?>) made;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make instances of " + type, e);
    }
  }

  /**
   * The private method of a serializable class that serialization would call, with {@code Object}
   * for the class itself; null if there is none.
   *
   * @param method as the factory calls it, such as {@code writeObjectForSerialization}
   */
  static @Nullable MethodHandle method(String method, Class<?> type) {
    Method found = METHODS.get(method);
    if (found == null) {
      throw new LinkageError("this JDK's ReflectionFactory has no " + method);
    }
    try {
      MethodHandle handle = (MethodHandle) found.invoke(FACTORY, type);
      return handle == null
          ? null
          : handle.asType(handle.type().changeParameterType(0, Object.class));
    } catch (InvocationTargetException e) {
      throw new LinkageError("cannot look into " + type, e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError("cannot look into " + type, e);
    }
  }

  /**
   * {@code writeReplace} or {@code readResolve}: an object for an object; null if there is none.
   */
  static @Nullable MethodHandle replacer(String method, Class<?> type) {
    MethodHandle handle = method(method, type);
    return handle == null ? null : handle.asType(MethodType.methodType(Object.class, Object.class));
  }
}
