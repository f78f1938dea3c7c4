package io.farref;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A call that another worker wants to make, or code in its answer to a call: the question to an
 * {@link Authorizer}. Immutable.
 *
 * @param caller the worker that calls, or that answers
 * @param certificate the caller's certificate, if it connected with TLS
 * @param kind what the caller wants: to run a function, to call a method, to copy the value, or to
 *     answer with functions
 * @param code for a {@link Kind#FUNCTION}, the name of the class that has its code; else empty
 * @param method the name of the method that will run; for a lambda expression the compiler's name
 *     of its code, for a {@link Kind#FETCH} empty
 * @param carriesCode whether the caller chose code that runs or may run: the function itself, or a
 *     function among the arguments of a method or in an answer
 * @param target the class of the value that is called; empty if the call is for the worker itself,
 *     {@code Void} if the value is null
 * @param creates whether the result stays on this worker, as a new value
 */
public record Access(
    Peer caller,
    Optional<X509Certificate> certificate,
    Kind kind,
    String code,
    String method,
    boolean carriesCode,
    Optional<Class<?>> target,
    boolean creates) {

  /** What a caller wants. */
  public enum Kind {
    /** To run a function that the caller chose: a lambda, a method reference, an object. */
    FUNCTION,
    /** To call a method of the value, by its name or by an interface. */
    METHOD,
    /** To get a copy of the value. */
    FETCH,
    /**
     * To answer a call that this worker made, with a value or an exception that has functions in
     * it. Then {@link Access#caller} is the worker that answers. Asked for such answers only.
     */
    RESULT
  }

  /** A part of a sentence, such as: worker 'a' to call add on a com.acme.Counter. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case FUNCTION -> "run " + code + "::" + method;
          case METHOD -> "call " + method;
          case FETCH -> "fetch";
          case RESULT -> "answer with functions of its own";
        };
    if (kind == Kind.RESULT) {
      return "worker '" + caller.name() + "' to " + what;
    }
    String whom = target.map(type -> "a " + type.getName()).orElse("the worker");
    return "worker '"
        + caller.name()
        + "' to "
        + what
        + (kind == Kind.FETCH ? " " : " on ")
        + whom
        + (carriesCode && kind == Kind.METHOD ? " with a function of the caller's" : "")
        + (creates ? ", creating a value" : "");
  }
}
