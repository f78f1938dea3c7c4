package io.farref.facade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among methods of one name as javac does (JLS 15.12.2): those that fit by subtyping and
 * widening; if none, those that fit by boxing and unboxing too; if none, those that take a variable
 * number of arguments. Of these, the most specific.
 *
 * <p>Unlike javac it does not call {@code (int, Object)} against {@code (Object, Object)} ambiguous
 * for two ints: a primitive argument prefers primitive parameters.
 */
final class Overloads {
  /** The type of an argument that is null: fits all reference types. */
  static final Class<?> NULL = NullType.class;

  /** The type of an argument whose type is not known: fits all types. */
  static final Class<?> ANY = AnyType.class;

  private static final Phase[] PHASES = Phase.values();

  private Overloads() {}

  /**
   * The outcome of a choice: no method applicable, one method, or several of which none is better.
   */
  record Choice(List<OwnedMethod> best, boolean collecting) {
    private static final Choice NONE = new Choice(List.of(), false);

    boolean isNone() {
      return best.isEmpty();
    }

    boolean isAmbiguous() {
      return best.size() > 1;
    }

    Invoker invoker() {
      return collecting ? best.getFirst().collecting() : best.getFirst();
    }
  }

  /** How far a fit may go. */
  private enum Phase {
    STRICT,
    LOOSE,
    VARIABLE
  }

  /** Chooses for arguments of these static types. */
  static Choice choose(List<OwnedMethod> candidates, Class<?>[] arguments) {
    for (Phase phase : PHASES) {
      List<OwnedMethod> applicable = new ArrayList<>(candidates.size());
      for (OwnedMethod method : candidates) {
        if (isApplicable(method, arguments, phase)) {
          applicable.add(method);
        }
      }
      if (!applicable.isEmpty()) {
        return mostSpecific(applicable, arguments, phase == Phase.VARIABLE);
      }
    }
    return Choice.NONE;
  }

  /** Of two with the same parameter types it takes the first, which is the more derived. */
  private static Choice mostSpecific(
      List<OwnedMethod> applicable, Class<?>[] arguments, boolean collecting) {
    for (OwnedMethod method : applicable) {
      boolean best = true;
      for (OwnedMethod other : applicable) {
        best &= beats(method, other, arguments, collecting);
      }
      if (best) {
        return new Choice(List.of(method), collecting);
      }
    }
    return new Choice(applicable, collecting);
  }

  private static boolean isApplicable(OwnedMethod method, Class<?>[] arguments, Phase phase) {
    boolean variable = phase == Phase.VARIABLE;
    if (variable
        ? !method.isVarArgs() || arguments.length < method.arity() - 1
        : arguments.length != method.arity()) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      Class<?> parameter = variable ? method.spreadParameterType(i) : method.parameterType(i);
      if (!fits(parameter, arguments[i], phase != Phase.STRICT)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(Class<?> parameter, Class<?> argument, boolean boxing) {
    if (argument == ANY) {
      return true;
    }
    if (argument == NULL) {
      return !parameter.isPrimitive();
    }
    if (parameter.isPrimitive()) {
      Class<?> primitive = argument.isPrimitive() ? argument : null;
      if (primitive == null && boxing) {
        primitive = Conversions.unwrapped(argument);
      }
      return primitive != null && Conversions.widens(primitive, parameter);
    }
    if (argument.isPrimitive()) {
      return boxing && parameter.isAssignableFrom(Conversions.wrapper(argument));
    }
    return isSubtype(argument, parameter);
  }

  private static boolean beats(
      OwnedMethod method, OwnedMethod other, Class<?>[] arguments, boolean collecting) {
    int count = arguments.length;
    if (collecting) {
      count = Math.max(count, Math.max(method.arity(), other.arity()));
    }
    for (int i = 0; i < count; i++) {
      Class<?> mine = collecting ? method.spreadParameterType(i) : method.parameterType(i);
      Class<?> theirs = collecting ? other.spreadParameterType(i) : other.parameterType(i);
      if (!isMoreSpecific(mine, theirs, i < arguments.length ? arguments[i] : null)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMoreSpecific(
      Class<?> mine, Class<?> theirs, @Nullable Class<?> argument) {
    if (mine.isPrimitive() && theirs.isPrimitive()) {
      return Conversions.widens(mine, theirs);
    }
    if (mine.isPrimitive() || theirs.isPrimitive()) {
      return argument != null && mine.isPrimitive() == argument.isPrimitive();
    }
    return isSubtype(mine, theirs);
  }

  /** By name too: a facade's parameter may have been loaded by another class loader. */
  private static boolean isSubtype(Class<?> type, Class<?> parent) {
    return parent.isAssignableFrom(type) || parent.getTypeName().equals(type.getTypeName());
  }

  private static final class NullType {}

  private static final class AnyType {}
}
