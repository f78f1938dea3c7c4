package io.farref.facade;

import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A method that can be called by name, on a value of the class in whose table it is. */
final class OwnedMethod implements Invoker {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final Method method;
  private final Class<?>[] parameterTypes;
  // Made on first use, perhaps more than once: method handles are immutable and may be raced for.
  private @Nullable MethodHandle handle;

  /** The method has been made accessible. */
  OwnedMethod(Method method) {
    this.method = method;
    this.parameterTypes = method.getParameterTypes();
  }

  String name() {
    return method.getName();
  }

  /** The number of declared parameters. */
  int arity() {
    return parameterTypes.length;
  }

  /** The type of a declared parameter. */
  Class<?> parameterType(int index) {
    return parameterTypes[index];
  }

  /** The type of the i-th argument of a variable number of them. */
  Class<?> spreadParameterType(int index) {
    int last = parameterTypes.length - 1;
    return index < last ? parameterTypes[index] : parameterTypes[last].getComponentType();
  }

  Class<?> returnType() {
    return method.getReturnType();
  }

  boolean isVarArgs() {
    return method.isVarArgs();
  }

  /** Whether it is declared elsewhere than in {@link Object}. */
  boolean isNotOfObject() {
    return method.getDeclaringClass() != Object.class;
  }

  /** Whether it is a bridge that this class declares. */
  boolean isBridgeIn(Class<?> declaring) {
    return method.isBridge() && method.getDeclaringClass() == declaring;
  }

  /** The name and erased parameter types, by which facades look it up. */
  String erased() {
    return erased(method);
  }

  static String erased(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getTypeName)
        .collect(Collectors.joining(",", method.getName() + "(", ")"));
  }

  /** Calls it with as many arguments as it has parameters. */
  @Override
  public @Nullable Object invoke(Object target, @Nullable Object[] arguments) throws Throwable {
    if (arguments.length != parameterTypes.length) {
      throw new UnknownMethodException(
          this + " was called with " + arguments.length + " arguments", Execution.NOT_EXECUTED);
    }
    MethodHandle invoker = handle;
    if (invoker == null) {
      invoker = spreading(method);
      handle = invoker;
    }
    return (@Nullable Object) invoker.invokeExact(target, arguments);
  }

  @Override
  public OwnedMethod method() {
    return this;
  }

  @Override
  public @Nullable Object[] asDeclared(@Nullable Object[] arguments) {
    return arguments;
  }

  /** The call whose last arguments, any number of them, become this method's array. */
  Invoker collecting() {
    return new Collecting(this);
  }

  private record Collecting(OwnedMethod method) implements Invoker {
    @Override
    public @Nullable Object[] asDeclared(@Nullable Object[] arguments) {
      return method.collect(arguments);
    }

    @Override
    public @Nullable Object invoke(Object target, @Nullable Object[] arguments) throws Throwable {
      return method.invoke(target, method.collect(arguments));
    }
  }

  private @Nullable Object[] collect(@Nullable Object[] arguments) {
    int fixed = parameterTypes.length - 1;
    int rest = Math.max(0, arguments.length - fixed);
    Object array = Array.newInstance(parameterTypes[fixed].getComponentType(), rest);
    for (int i = 0; i < rest; i++) {
      Array.set(array, i, arguments[fixed + i]);
    }
    @Nullable Object[] collected = Arrays.copyOf(arguments, fixed + 1);
    collected[fixed] = array;
    return collected;
  }

  private static MethodHandle spreading(Method method) {
    try {
      return LOOKUP
          .unreflect(method)
          .asFixedArity()
          .asSpreader(Object[].class, method.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(method + " was made accessible, yet is not", e);
    }
  }

  @Override
  public String toString() {
    return erased();
  }
}
