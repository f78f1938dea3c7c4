package io.farref.facade;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that an interface gives to the type variables of the interfaces that it extends. */
final class TypeVariables {
  private final Map<TypeVariable<?>, Type> bindings = new HashMap<>();

  TypeVariables(Class<?> type) {
    bind(type);
  }

  private void bind(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType parameterized) {
        Class<?> raw = (Class<?>) parameterized.getRawType();
        TypeVariable<?>[] variables = raw.getTypeParameters();
        Type[] values = parameterized.getActualTypeArguments();
        for (int i = 0; i < variables.length; i++) {
          bindings.put(variables[i], values[i]);
        }
        bind(raw);
      } else if (parent instanceof Class<?> raw) {
        bind(raw);
      }
    }
  }

  /**
   * The class to which a type resolves here; null if it is, or is an array of, a variable left
   * open.
   */
  @Nullable Class<?> resolve(Type type) {
    return switch (type) {
      case Class<?> known -> known;
      case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
      case TypeVariable<?> variable -> {
        Type bound = bindings.get(variable);
        yield bound == null ? null : resolve(bound);
      }
      case GenericArrayType array -> {
        Class<?> component = resolve(array.getGenericComponentType());
        yield component == null ? null : component.arrayType();
      }
      default -> null;
    };
  }
}
