package io.farref;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Who wants to call what on whom: the question to an {@link Authorizer}.
 *
 * @param caller who
 * @param certificate what the caller has shown, if it connected with TLS
 * @param kind in which way
 * @param code for a {@link Kind#FUNCTION}, the class in which its code stands; else empty
 * @param method the name of the method that will run; for a lambda expression the compiler's name
 *     of its code, for a {@link Kind#FETCH} empty
 * @param carriesCode whether the caller chose code that runs or may run: a function itself, or one
 *     among the arguments of a method
 * @param target the class of the value on which; empty if it is for the worker itself, {@code Void}
 *     if the value is null
 * @param creates whether the result stays here, as a new value
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

  /** What is wanted. */
  public enum Kind {
    /** To run a function that the caller chose: a lambda, a method reference, an object. */
    FUNCTION,
    /** To call a method of the value, by its name or by an interface. */
    METHOD,
    /** To have a copy of the value. */
    FETCH
  }

  /** As part of a sentence: worker 'a' to call add on a com.acme.Counter. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case FUNCTION -> "run " + code + "::" + method;
          case METHOD -> "call " + method;
          case FETCH -> "fetch";
        };
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
