package io.farref.facade;

import io.farref.Idempotent;
import io.farref.RRef;
import io.farref.facade.Signature.Parameter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A method of a facade, with all that can be known of it before it is called. */
final class FacadeMethod {
  /** The kinds of call; the method's return type chooses. */
  enum Style {
    SYNC,
    ASYNC,
    REMOTE
  }

  private final Method method;
  private final int index;
  private final Style style;
  private final Signature signature;
  private final String signatureText;
  private final Class<?>[] parameterTypes;
  private final @Nullable MethodHandle local;
  private final boolean idempotent;

  /**
   * Makes one.
   *
   * @param index its place among the facade's methods
   */
  FacadeMethod(Method method, int index, TypeVariables variables) {
    this.method = method;
    this.index = index;
    this.style = style(method.getReturnType());
    Type[] generic = method.getGenericParameterTypes();
    Class<?>[] erased = method.getParameterTypes();
    List<Parameter> parameters = new ArrayList<>();
    this.parameterTypes = new Class<?>[erased.length];
    for (int i = 0; i < erased.length; i++) {
      Class<?> known = variables.resolve(generic[i]);
      parameters.add(
          new Parameter((known == null ? erased[i] : known).getTypeName(), known == null));
      parameterTypes[i] = known == null ? Overloads.ANY : known;
    }
    this.signature = new Signature(method.getName(), parameters, result(method, style));
    this.signatureText = signature.toString();
    this.idempotent =
        method.isAnnotationPresent(Idempotent.class)
            || method.getDeclaringClass().isAnnotationPresent(Idempotent.class);
    this.local = method.isDefault() ? superCall(method) : null;
  }

  private static Style style(Class<?> returned) {
    if (returned == CompletableFuture.class || returned == CompletionStage.class) {
      return Style.ASYNC;
    }
    return returned == RRef.class ? Style.REMOTE : Style.SYNC;
  }

  private static String result(Method method, Style style) {
    if (style == Style.SYNC) {
      return method.getReturnType().getTypeName();
    }
    boolean ofNothing =
        style == Style.ASYNC
            && method.getGenericReturnType() instanceof ParameterizedType future
            && future.getActualTypeArguments()[0] == Void.class;
    return ofNothing ? "void" : "";
  }

  /** A non-virtual call of a default method of an interface that only its package may see. */
  private static @Nullable MethodHandle superCall(Method method) {
    Class<?> declaring = method.getDeclaringClass();
    try {
      return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
          .unreflectSpecial(method, declaring)
          .asFixedArity()
          .asSpreader(Object[].class, method.getParameterCount());
    } catch (IllegalAccessException closedModule) {
      return null; // then the interface is public, and InvocationHandler may call it
    }
  }

  int index() {
    return index;
  }

  Style style() {
    return style;
  }

  Signature signature() {
    return signature;
  }

  /** The text by which it is looked up. */
  String signatureText() {
    return signatureText;
  }

  /** The types of its parameters, {@link Overloads#ANY} where a type variable is left open. */
  Class<?>[] parameterTypes() {
    return parameterTypes.clone();
  }

  Class<?> returnType() {
    return method.getReturnType();
  }

  /** Whether it has a body of its own, which runs where the owner has no counterpart. */
  boolean isDefault() {
    return method.isDefault();
  }

  /** Whether it may run twice without harm. */
  boolean isIdempotent() {
    return idempotent;
  }

  /** Whether it only calls another method of the facade. */
  boolean isBridge() {
    return method.isBridge();
  }

  /** Runs the default method's own body. */
  @Nullable Object invokeLocally(Object proxy, @Nullable Object[] arguments) throws Throwable {
    return local == null
        ? InvocationHandler.invokeDefault(proxy, method, arguments)
        : local.invoke(proxy, arguments);
  }

  @Override
  public String toString() {
    return method.getDeclaringClass().getTypeName() + "." + OwnedMethod.erased(method);
  }
}
