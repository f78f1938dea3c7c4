package io.farref.facade;

import io.farref.RRef;
import io.farref.UnknownMethodException;
import io.farref.codec.LibraryCodec;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls by name on the value behind a reference: through an interface, or dynamically.
 *
 * <p><b>Which method is called.</b> The one on the owner's value with the facade's method's name
 * and erased parameter types; else the one that javac would choose for arguments of these types. A
 * type variable that the facade leaves open, and every argument of a dynamic call, counts as its
 * argument's class, a boxed one as its primitive. Private and static methods cannot be called.
 * Where the facade returns a primitive, a method that returns nothing, or something that cannot be
 * converted, is no counterpart. {@code close()} of a facade that is {@link AutoCloseable} is a
 * method like any other: it closes the value, not the reference.
 *
 * <p><b>Default methods.</b> The call goes to the owner, which says if it has no such method; then
 * the body runs here, also for later calls through the same facade. A default method that returns
 * an {@code RRef} waits for that answer, once.
 */
public final class Facades {
  private Facades() {}

  /**
   * Puts an interface in front of a reference. See {@link RRef#as}.
   *
   * <p>The facade is thread-safe if the reference is, and keeps it alive. Two facades are equal if
   * they have the same interface and equal references.
   *
   * @throws IllegalArgumentException if it is no interface, or a sealed or hidden one
   */
  public static <F> F create(RRef<?> reference, Class<F> facade) {
    return RemoteFacade.proxy(facade, new RemoteFacade(facade, reference));
  }

  /**
   * Checks that a class has a counterpart for every method of a facade, default ones excepted.
   *
   * @throws IllegalArgumentException if {@code facade} is no interface
   * @throws UnknownMethodException if it lacks some; the message names them all
   */
  public static void check(Class<?> valueClass, Class<?> facade) {
    FacadeType.of(facade).check(valueClass);
  }

  /**
   * Checks that a type can be put in front of a reference.
   *
   * @throws IllegalArgumentException if it is no interface
   */
  public static void checkInterface(Class<?> facade) {
    FacadeType.of(facade);
  }

  /** The methods of an interface, for people. */
  public static String methods(Class<?> facade) {
    return FacadeType.of(facade).describe();
  }

  /**
   * Calls a method by name and waits. See {@link RRef#call}.
   *
   * @throws UndeclaredThrowableException with a checked exception of the method
   */
  public static @Nullable Object call(
      RRef<?> reference, String method, @Nullable Object... arguments) {
    try {
      return reference.rpcSync(byName(method, arguments));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new UndeclaredThrowableException(e, method + " threw " + e);
    }
  }

  /**
   * Calls a method by name; a bad argument too comes through the future. See {@link
   * RRef#callAsync}.
   */
  public static CompletableFuture<@Nullable Object> callAsync(
      RRef<?> reference, String method, @Nullable Object... arguments) {
    MethodCall call;
    try {
      call = byName(method, arguments);
    } catch (NullPointerException e) {
      return CompletableFuture.failedFuture(e);
    }
    return reference.rpcAsync(call);
  }

  /**
   * Calls a method by name and leaves the result on the owner. See {@link RRef#callRemote}. A bad
   * argument lives in the reference, as if no function were given to {@link RRef#remote}.
   */
  @SuppressWarnings("NullAway")
  public static RRef<@Nullable Object> callRemote(
      RRef<?> reference, String method, @Nullable Object... arguments) {
    boolean bad = method == null || arguments == null;
    return reference.remote(bad ? null : byName(method, arguments));
  }

  /** The codecs of the classes that this package ships; every worker needs them. */
  public static List<LibraryCodec<?>> codecs() {
    return List.of(new MethodCallCodec(), new NoCounterpart.Codec());
  }

  private static MethodCall byName(String method, @Nullable Object[] arguments) {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(arguments, "arguments");
    return new MethodCall(MethodCall.Mode.CALL, true, method, arguments);
  }
}
