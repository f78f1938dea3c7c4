package io.farref.facade;

import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The methods of one class that can be called by name: its own, inherited, default and interface
 * methods, unless they are private, static or {@link Object}'s (of which {@code equals}, {@code
 * hashCode} and {@code toString} count). A method of a class that is closed to Farref is reached
 * through an open superclass or interface that declares it too.
 *
 * <p>Thread-safe. A table lives as long as its class; it holds nothing of other classes than those
 * that the class itself refers to, so no class is kept from being unloaded. Only successful
 * look-ups are remembered.
 */
final class MethodTable {
  private static final ClassValue<MethodTable> TABLES =
      new ClassValue<>() {
        @Override
        protected MethodTable computeValue(Class<?> type) {
          return new MethodTable(type);
        }
      };

  private static final Set<String> OF_OBJECT =
      Set.of("equals(java.lang.Object)", "hashCode()", "toString()");

  /**
   * Bounds the memory that remote signatures can fill, of which a malicious peer could invent many.
   * Beyond it look-ups are only slower.
   */
  static final int MAX_REMEMBERED = 1024;

  private final Class<?> type;
  private final Map<String, OwnedMethod> byErasure = new HashMap<>();
  private final Map<String, List<OwnedMethod>> byName = new LinkedHashMap<>();
  private final ConcurrentHashMap<String, Invoker> remembered = new ConcurrentHashMap<>();

  private MethodTable(Class<?> type) {
    this.type = type;
    for (Class<?> declaring : lineage(type)) {
      for (Method method : declaring.getDeclaredMethods()) {
        add(method);
      }
    }
  }

  /** The table of a class. */
  static MethodTable of(Class<?> type) {
    return TABLES.get(type);
  }

  /**
   * Finds the counterpart of a facade's method.
   *
   * @param signature the text of a {@link Signature}
   * @return null if there is none
   * @throws UnknownMethodException if several fit equally well
   */
  @Nullable Invoker find(String signature, @Nullable Object[] arguments) {
    Invoker known = remembered.get(signature);
    if (known != null) {
      return known;
    }
    Signature wanted = Signature.parse(signature);
    if (arguments.length != wanted.parameters().size()) {
      return null;
    }
    OwnedMethod exact = byErasure.get(wanted.erased());
    if (exact != null && Conversions.canReturn(exact.returnType(), wanted.result())) {
      return remember(signature, exact);
    }
    Class<?>[] types = new Class<?>[arguments.length];
    boolean certain = true;
    for (int i = 0; i < types.length; i++) {
      types[i] = staticType(wanted.parameters().get(i), arguments[i]);
      certain &= arguments[i] != null && !wanted.parameters().get(i).open();
    }
    Invoker found = choose(returning(wanted), wanted.name(), types);
    return found == null || !certain ? found : remember(signature, found);
  }

  /**
   * Finds the method for a call by name, as if each boxed argument were its primitive.
   *
   * @return null if there is none
   * @throws UnknownMethodException if several fit equally well
   */
  @Nullable Invoker findByName(String name, @Nullable Object[] arguments) {
    return choose(byName.getOrDefault(name, List.of()), name, dynamicTypes(arguments));
  }

  /**
   * Whether a facade's method has a counterpart for at least some arguments.
   *
   * @param types the types of its parameters, {@link Overloads#ANY} where open
   */
  boolean hasCounterpart(Signature wanted, Class<?>[] types) {
    OwnedMethod exact = byErasure.get(wanted.erased());
    return (exact != null && Conversions.canReturn(exact.returnType(), wanted.result()))
        || !Overloads.choose(returning(wanted), types).isNone();
  }

  /** Why {@link #find} found nothing. */
  UnknownMethodException unknown(String signature) {
    return new UnknownMethodException(
        whyUnknown(Signature.parse(signature)), Execution.NOT_EXECUTED);
  }

  /** Why {@link #findByName} found nothing. */
  UnknownMethodException unknownByName(String name, @Nullable Object[] arguments) {
    return new UnknownMethodException(
        missing(name, describe(name, dynamicTypes(arguments))), Execution.NOT_EXECUTED);
  }

  /** The message about a facade's method that has no counterpart. */
  String whyUnknown(Signature wanted) {
    OwnedMethod exact = byErasure.get(wanted.erased());
    if (exact != null) {
      return "%s.%s returns %s, of which no %s can be made"
          .formatted(type.getTypeName(), exact, exact.returnType().getTypeName(), wanted.result());
    }
    return missing(wanted.name(), wanted.erased());
  }

  private String missing(String name, String wanted) {
    return type.getTypeName()
        + " has no method "
        + wanted
        + new Alternatives(type, byName).to(name);
  }

  private @Nullable Invoker choose(List<OwnedMethod> candidates, String name, Class<?>[] types) {
    Overloads.Choice choice = Overloads.choose(candidates, types);
    if (choice.isAmbiguous()) {
      throw new UnknownMethodException(
          "%s is ambiguous for %s: %s fit equally well; use a facade or a lambda"
              .formatted(describe(name, types), type.getTypeName(), choice.best()),
          Execution.NOT_EXECUTED);
    }
    return choice.isNone() ? null : choice.invoker();
  }

  private List<OwnedMethod> returning(Signature wanted) {
    return byName.getOrDefault(wanted.name(), List.of()).stream()
        .filter(method -> Conversions.canReturn(method.returnType(), wanted.result()))
        .toList();
  }

  private Invoker remember(String signature, Invoker found) {
    if (remembered.size() < MAX_REMEMBERED) {
      remembered.put(signature, found);
    }
    return found;
  }

  /** How many look-ups are remembered. */
  int remembered() {
    return remembered.size();
  }

  private void add(Method method) {
    int modifiers = method.getModifiers();
    String erased = OwnedMethod.erased(method);
    boolean bridge = isBridge(method);
    if (Modifier.isPrivate(modifiers)
        || Modifier.isStatic(modifiers)
        || erased.equals("finalize()")
        || (method.getDeclaringClass() == Object.class && !OF_OBJECT.contains(erased))) {
      return;
    }
    // A bridge is in the table under its own erasure only, and hides there the method that it
    // overrides.
    OwnedMethod present = byErasure.get(erased);
    boolean better = present == null || (present.isBridgeIn(method.getDeclaringClass()) && !bridge);
    if (!better || !method.trySetAccessible()) {
      return;
    }
    OwnedMethod added = new OwnedMethod(method);
    byErasure.put(erased, added);
    if (!bridge) {
      byName.computeIfAbsent(method.getName(), _ -> new ArrayList<>()).add(added);
    }
  }

  /**
   * Whether a method only calls another one, which callers by name should find. That is not so for
   * a bridge which javac makes to give an inherited method of a package-private class to the
   * public.
   */
  private static boolean isBridge(Method method) {
    if (!method.isBridge()) {
      return false;
    }
    for (Method other : method.getDeclaringClass().getDeclaredMethods()) {
      if (!other.isBridge() && specializes(other, method)) {
        return true;
      }
    }
    for (Class<?> c = method.getDeclaringClass().getSuperclass();
        c != null;
        c = c.getSuperclass()) {
      for (Method other : c.getDeclaredMethods()) {
        if (!other.isBridge()
            && other.getReturnType() == method.getReturnType()
            && OwnedMethod.erased(other).equals(OwnedMethod.erased(method))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean specializes(Method method, Method bridge) {
    if (!method.getName().equals(bridge.getName())
        || method.getParameterCount() != bridge.getParameterCount()
        || !bridge.getReturnType().isAssignableFrom(method.getReturnType())) {
      return false;
    }
    Class<?>[] special = method.getParameterTypes();
    Class<?>[] general = bridge.getParameterTypes();
    for (int i = 0; i < special.length; i++) {
      if (!general[i].isAssignableFrom(special[i])) {
        return false;
      }
    }
    return true;
  }

  /** A class, its superclasses, then all their interfaces, the more derived first. */
  static Collection<Class<?>> lineage(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      all.add(c);
    }
    for (Class<?> c : List.copyOf(all)) {
      addInterfaces(c, all);
    }
    return all;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
    Class<?>[] parents = type.getInterfaces();
    all.addAll(Arrays.asList(parents));
    for (Class<?> parent : parents) {
      addInterfaces(parent, all);
    }
  }

  /**
   * The facade's parameter type, found without loading a class: it is primitive, or among what the
   * argument extends and implements.
   */
  private static Class<?> staticType(Signature.Parameter parameter, @Nullable Object argument) {
    Class<?> primitive = Class.forPrimitiveName(parameter.type());
    if (primitive != null) {
      return primitive;
    }
    if (argument == null || parameter.open()) {
      return dynamicType(argument);
    }
    Class<?> found = Conversions.supertype(argument.getClass(), parameter.type());
    return found == null ? argument.getClass() : found;
  }

  private static Class<?>[] dynamicTypes(@Nullable Object[] arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = dynamicType(arguments[i]);
    }
    return types;
  }

  private static Class<?> dynamicType(@Nullable Object argument) {
    if (argument == null) {
      return Overloads.NULL;
    }
    Class<?> primitive = Conversions.unwrapped(argument.getClass());
    return primitive == null ? argument.getClass() : primitive;
  }

  private static String describe(String name, Class<?>[] types) {
    List<String> names = new ArrayList<>();
    for (Class<?> type : types) {
      names.add(type == Overloads.NULL ? "null" : type.getTypeName());
    }
    return name + "(" + String.join(",", names) + ")";
  }
}
