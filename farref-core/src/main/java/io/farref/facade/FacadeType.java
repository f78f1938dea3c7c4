package io.farref.facade;

import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The methods of a facade's interface. Immutable; lives as long as the interface. */
final class FacadeType {
  private static final ClassValue<FacadeType> TYPES =
      new ClassValue<>() {
        @Override
        protected FacadeType computeValue(Class<?> type) {
          return new FacadeType(type);
        }
      };

  private final Class<?> type;
  private final Map<Method, FacadeMethod> methods = new HashMap<>();
  private final Map<String, FacadeMethod> byErasure = new HashMap<>();

  private FacadeType(Class<?> type) {
    this.type = type;
    TypeVariables variables = new TypeVariables(type);
    for (Method method : type.getMethods()) {
      if (!Modifier.isStatic(method.getModifiers())) {
        FacadeMethod added = new FacadeMethod(method, methods.size(), variables);
        methods.put(method, added);
        if (!added.isBridge()) {
          byErasure.put(OwnedMethod.erased(method), added);
        }
      }
    }
  }

  /**
   * The methods of an interface.
   *
   * @throws IllegalArgumentException if it is none
   */
  static FacadeType of(Class<?> type) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(
          "a facade must be an interface, which " + type.getTypeName() + " is not");
    }
    return TYPES.get(type);
  }

  /** The method; null if it is one of {@link Object}'s. */
  @Nullable FacadeMethod method(Method method) {
    return methods.get(method);
  }

  /** Whether any method is idempotent. */
  boolean hasIdempotent() {
    return methods.values().stream().anyMatch(FacadeMethod::isIdempotent);
  }

  /** The method of that name and those erased parameter types; null if there is none. */
  @Nullable FacadeMethod method(String erased) {
    return byErasure.get(erased);
  }

  /** The methods that can be called, for people. */
  String describe() {
    return byErasure.keySet().stream().sorted().collect(Collectors.joining(" or "));
  }

  /** How many methods there are; their indexes are below. */
  int size() {
    return methods.size();
  }

  /**
   * Checks that each method which has no body of its own has a counterpart on a class.
   *
   * @throws UnknownMethodException if not; the message names all that are missing
   */
  void check(Class<?> valueClass) {
    MethodTable table = MethodTable.of(valueClass);
    String missing =
        methods.values().stream()
            .filter(method -> !method.isDefault() && !ofObject(method))
            .filter(method -> !table.hasCounterpart(method.signature(), method.parameterTypes()))
            .map(method -> table.whyUnknown(method.signature()))
            .sorted()
            .collect(Collectors.joining("; and "));
    if (!missing.isEmpty()) {
      throw new UnknownMethodException(
          valueClass.getTypeName() + " cannot stand behind " + type.getTypeName() + ": " + missing,
          Execution.NOT_EXECUTED);
    }
  }

  /** Some interfaces repeat Object's methods, as Comparator does. */
  private static boolean ofObject(FacadeMethod method) {
    return switch (method.signature().erased()) {
      case "equals(java.lang.Object)", "hashCode()", "toString()" -> true;
      default -> false;
    };
  }
}
