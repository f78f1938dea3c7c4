package io.farref;

import java.util.Arrays;
import java.util.List;

/**
 * Decides, on the worker that is called, who may call what on whom. Asked before a call begins, on
 * the thread that would run it; a refused call has not run, and the caller gets a {@link
 * RefusedException} that says who, what and whom. Not asked about what the worker asks of itself,
 * nor about the library's own calls (barriers, closing).
 *
 * <p>By then the arguments have been decoded: constructors of records, {@code hashCode} and {@code
 * ValueCodec}s of classes that may travel have run. One that throws refuses.
 *
 * @see Worker.Builder#authorize
 */
@FunctionalInterface
public interface Authorizer {
  /** Whether the call may begin. Called by many threads at a time. */
  boolean allows(Access access);

  /** Both must allow a call. */
  default Authorizer and(Authorizer other) {
    return access -> allows(access) && other.allows(access);
  }

  /** One of both must allow a call. */
  default Authorizer or(Authorizer other) {
    return access -> allows(access) || other.allows(access);
  }

  /**
   * No code that the caller chooses: only fetches, and methods by name, whose arguments have no
   * functions in them either. Not allowed, too, are methods of what leads to all classes: {@link
   * Class}, class loaders and what {@code java.lang.reflect}, {@code java.lang.invoke} and {@code
   * javax.script} have. All else that the methods of a value do or return, a caller can do or have:
   * {@link #onlyMethodsOf} says which.
   */
  static Authorizer noShippedFunctions() {
    return access -> !access.carriesCode() && access.target().filter(Reflective::is).isEmpty();
  }

  /**
   * Only the methods of these interfaces, by name, on values that implement them; without functions
   * among the arguments. Overloads of the same name count as the same.
   *
   * @throws IllegalArgumentException if one is no interface
   */
  static Authorizer onlyMethodsOf(Class<?>... interfaces) {
    List<Class<?>> offered = List.of(interfaces);
    for (Class<?> each : offered) {
      if (!each.isInterface()) {
        throw new IllegalArgumentException(
            each + " is no interface: offer one that has what callers need");
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

  /** Values are called where they are: their state is not copied to whoever asks for it. */
  static Authorizer noFetches() {
    return access -> access.kind() != Access.Kind.FETCH;
  }
}
