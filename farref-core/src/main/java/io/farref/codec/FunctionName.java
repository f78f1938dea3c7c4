package io.farref.codec;

import io.farref.RemoteCallable;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.RemoteRunnable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * The place of the code of a function.
 *
 * @param type the name of the class
 * @param method the name of the method
 */
public record FunctionName(String type, String method) {
  private static final ClassValue<Method> WRITE_REPLACE =
      new ClassValue<>() {
        @Override
        protected Method computeValue(Class<?> type) {
          try {
            Method method = type.getDeclaredMethod("writeReplace");
            method.setAccessible(true);
            return method;
          } catch (NoSuchMethodException | InaccessibleObjectException e) {
            throw new IllegalArgumentException(type + " does not say where its code is", e);
          }
        }
      };

  /**
   * The name of a function.
   *
   * @throws IllegalArgumentException if the function does not describe itself
   */
  public static FunctionName of(Object function) {
    if (Proxy.isProxyClass(function.getClass())
        && Proxy.getInvocationHandler(function) instanceof NamedFunction named) {
      FunctionDefinition definition = named.definition();
      return new FunctionName(definition.implName(), definition.implMethod());
    }
    return FunctionCodec.isLambda(function.getClass())
        ? ofLambda(function)
        : new FunctionName(function.getClass().getName(), interfaceMethod(function));
  }

  private static FunctionName ofLambda(Object function) {
    try {
      var lambda = (SerializedLambda) WRITE_REPLACE.get(function.getClass()).invoke(function);
      return new FunctionName(lambda.getImplClass().replace('/', '.'), lambda.getImplMethodName());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          function.getClass() + " does not say where its code is", e);
    }
  }

  private static String interfaceMethod(Object function) {
    return switch (function) {
      case RemoteConsumer<?, ?> _ -> "accept";
      case RemoteFunction<?, ?, ?> _ -> "apply";
      case RemoteRunnable<?> _ -> "run";
      case RemoteCallable<?, ?> _ -> "call";
      default -> "?";
    };
  }
}
