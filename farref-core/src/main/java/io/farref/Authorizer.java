package io.farref;

import java.util.Arrays;
import java.util.List;

/**
 * Decides which code of other workers may run on this one: their calls, and functions in their
 * answers. Must be thread-safe.
 *
 * <p>It is asked on the thread that would go on with the call, so it may block, and before anything
 * that the call carries is read: neither an argument nor a value that a function captured. So a
 * refused call has run no code of its sender's choice, not even a comparator or a {@code hashCode}
 * while its arguments were rebuilt. The caller gets a {@link RefusedException} that names the
 * caller, the method and the value's class. It is asked again for each attempt of a retried call.
 *
 * <p>It is also asked about the answer to a call of this worker, if the answer has functions in it
 * ({@link Access.Kind#RESULT}). It is not asked about calls of the worker to itself, nor about the
 * library's own calls (barriers, closing).
 *
 * @see Worker.Builder#authorize
 */
@FunctionalInterface
public interface Authorizer {
  /**
   * Whether the call may go on. Called by many threads at a time. An exception refuses the call.
   */
  boolean allows(Access access);

  /** An authorizer that allows what both this one and another allow. */
  default Authorizer and(Authorizer other) {
    return access -> allows(access) && other.allows(access);
  }

  /** An authorizer that allows what this one or another allows. */
  default Authorizer or(Authorizer other) {
    return access -> allows(access) || other.allows(access);
  }

  /**
   * Allows no code of the caller's choice: only copies of values, and methods by name, without
   * functions among their arguments. Methods of values that lead to all classes are not allowed
   * either: {@link Class}, class loaders and the classes of {@code java.lang.reflect}, {@code
   * java.lang.invoke}, {@code java.lang.module} and {@code javax.script}. All other methods of a
   * value can be called; {@link #onlyMethodsOf} allows fewer.
   */
  static Authorizer noShippedFunctions() {
    return access -> !access.carriesCode() && access.target().filter(Reflective::is).isEmpty();
  }

  /**
   * Allows only the methods of these interfaces, by name, on values that implement them, and
   * without functions among the arguments. Overloads of one name count as the same method.
   *
   * @throws IllegalArgumentException if one of them is not an interface
   */
  static Authorizer onlyMethodsOf(Class<?>... interfaces) {
    List<Class<?>> offered = List.of(interfaces);
    for (Class<?> each : offered) {
      if (!each.isInterface()) {
        throw new IllegalArgumentException(
            each + " is not an interface: offer one with the methods that callers need");
      }
    }
    return access ->
        access.kind() == Access.Kind.METHOD
            && !access.carriesCode()
            && offered.stream()
                .filter(each -> access.target().filter(each::isAssignableFrom).isPresent())
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .anyMatch(method -> method.getName().equals(access.method()));
  }

  /** Allows everything but {@link RRef#toHere()}: values can be called, but not copied. */
  static Authorizer noFetches() {
    return access -> access.kind() != Access.Kind.FETCH;
  }
}
