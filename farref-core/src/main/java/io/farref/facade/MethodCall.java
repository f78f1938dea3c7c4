package io.farref.facade;

import io.farref.RemoteFunction;
import io.farref.call.NamedMethodCall;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A call of a method by name, shipped to the owner of a value and run with it. A result that is a
 * {@link CompletionStage} is awaited whatever the call style.
 *
 * <p>Immutable, if its arguments are; it does not copy the array of them.
 */
public final class MethodCall
    implements RemoteFunction<@Nullable Object, @Nullable Object, Exception>, NamedMethodCall {
  private static final long serialVersionUID = 1L;

  /** The request to the owner. */
  enum Mode {
    /** Call the method; it is an error if there is none. */
    CALL(0),
    /** Call the method; {@link NoCounterpart} is the result if there is none. */
    CALL_IF_PRESENT(1),
    /** Tell whether there is such a method. */
    ASK(2);

    /** How it is written. */
    final int code;

    Mode(int code) {
      this.code = code;
    }

    /** The mode of that code; null if there is none. */
    static @Nullable Mode of(int code) {
      return switch (code) {
        case 0 -> CALL;
        case 1 -> CALL_IF_PRESENT;
        case 2 -> ASK;
        default -> null;
      };
    }
  }

  private final Mode mode;
  private final boolean byName;
  private final String method;

  @SuppressWarnings("serial") // never goes through Java serialization
  private final @Nullable Object[] arguments;

  /**
   * Makes one.
   *
   * @param byName whether {@code method} is a mere name, the overload chosen by the arguments, and
   *     not the text of a {@link Signature}
   */
  MethodCall(Mode mode, boolean byName, String method, @Nullable Object[] arguments) {
    this.mode = mode;
    this.byName = byName;
    this.method = Objects.requireNonNull(method, "method");
    this.arguments = Objects.requireNonNull(arguments, "arguments");
  }

  @Override
  public Object hintKey() {
    return method;
  }

  Mode mode() {
    return mode;
  }

  boolean byName() {
    return byName;
  }

  @Override
  public String method() {
    return method;
  }

  @Nullable Object[] arguments() {
    return arguments;
  }

  /** Whether the call is optional: it is no error if the value has no such method. */
  public boolean isOptional() {
    return mode != Mode.CALL;
  }

  /**
   * This call resolved against a facade: a call of the method that it selects there.
   *
   * @return null if it selects none
   * @throws io.farref.UnknownMethodException if several fit equally well
   */
  public @Nullable MethodCall through(Class<?> facade) {
    MethodTable table = MethodTable.of(facade);
    Invoker found = byName ? table.findByName(method, arguments) : table.find(method, arguments);
    if (found == null) {
      return null;
    }
    FacadeMethod declared = FacadeType.of(facade).method(found.method().erased());
    return declared == null
        ? null
        : new MethodCall(mode, false, declared.signatureText(), found.asDeclared(arguments));
  }

  private @Nullable Object apply(Admitted admitted) throws Exception {
    MethodCall call = admitted.call();
    if (call != null) {
      return call.apply(admitted.value());
    }
    return mode == Mode.ASK ? (Object) false : NoCounterpart.INSTANCE;
  }

  /**
   * Finds the method on the value's class and calls it.
   *
   * @throws io.farref.UnknownMethodException if the class has none that fits
   * @throws Exception the exceptions of the method
   */
  @Override
  public @Nullable Object apply(@Nullable Object target) throws Exception {
    if (target == null) {
      throw new NullPointerException("cannot call " + method + ": the referenced value is null");
    }
    if (target instanceof Admitted admitted) {
      return apply(admitted);
    }
    MethodTable table = MethodTable.of(target.getClass());
    Invoker invoker = byName ? table.findByName(method, arguments) : table.find(method, arguments);
    if (mode == Mode.ASK) {
      return invoker != null;
    }
    if (invoker == null) {
      if (mode == Mode.CALL_IF_PRESENT) {
        return NoCounterpart.INSTANCE;
      }
      throw byName ? table.unknownByName(method, arguments) : table.unknown(method);
    }
    return withoutUnwantedResult(invoke(invoker, target));
  }

  private @Nullable Object invoke(Invoker invoker, Object target) throws Exception {
    try {
      return invoker.invoke(target, arguments);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw MethodCall.<RuntimeException>unchecked(e);
    }
  }

  /** A result that the facade's method ignores need not be able to travel. */
  private @Nullable Object withoutUnwantedResult(@Nullable Object result) {
    if (result == null || byName || !method.endsWith(":void")) {
      return result;
    }
    return result instanceof CompletionStage<?> stage ? stage.thenApply(_ -> null) : null;
  }

  // A Throwable that is neither Exception nor Error passes as it is.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X unchecked(Throwable e) throws X {
    throw (X) e;
  }

  @Override
  public String toString() {
    return method;
  }
}
