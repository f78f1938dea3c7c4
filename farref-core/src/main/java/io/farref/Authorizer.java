package io.farref;

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
   * Only methods by name and fetches, on values to which the caller has a reference: no code that
   * the caller chooses. So nothing can be created here either, except by a method that does.
   */
  static Authorizer noShippedFunctions() {
    return access -> access.kind() != Access.Kind.FUNCTION;
  }

  /** Values are called where they are: their state is not copied to whoever asks for it. */
  static Authorizer noFetches() {
    return access -> access.kind() != Access.Kind.FETCH;
  }
}
