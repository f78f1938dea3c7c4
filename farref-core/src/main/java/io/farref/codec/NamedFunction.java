package io.farref.codec;

import io.farref.RefusedException;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A method reference that was made by the name of its method, as a proxy of its interface. Can be
 * sent on.
 */
final class NamedFunction implements InvocationHandler {
  /** How it is sent on. */
  static final TypeCodec CODEC = new Codec();

  private final Factory factory;
  private final @Nullable Object[] captured;

  private NamedFunction(Factory factory, @Nullable Object[] captured) {
    this.factory = factory;
    this.captured = captured;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a function equals itself only
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> args != null && proxy == args[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> factory.definition.describe();
      };
    }
    if (!Modifier.isAbstract(method.getModifiers())) {
      return InvocationHandler.invokeDefault(proxy, method, args);
    }
    int given = args == null ? 0 : args.length;
    @Nullable Object[] all = Arrays.copyOf(captured, captured.length + given);
    if (args != null) {
      System.arraycopy(args, 0, all, captured.length, given);
    }
    return (Object) factory.target.invokeExact(all);
  }

  FunctionDefinition definition() {
    return factory.definition;
  }

  /** Makes functions of one definition. */
  static final class Factory {
    private final FunctionDefinition definition;
    private final Class<?>[] interfaces;
    private final ClassLoader loader;
    private final MethodHandle target;

    private Factory(
        FunctionDefinition definition,
        Class<?>[] interfaces,
        ClassLoader loader,
        MethodHandle target) {
      this.definition = definition;
      this.interfaces = interfaces;
      this.loader = loader;
      this.target = target;
    }

    /**
     * Finds the method.
     *
     * @param impl the class named in the definition; allowed
     * @param interfaces the functional interface, then others; all allowed to be named
     * @param allowed whether a method of a class may be called
     * @throws RefusedException if there is no such method that may be called
     */
    static Factory of(
        FunctionDefinition definition,
        Class<?> impl,
        List<Class<?>> interfaces,
        Predicate<Class<?>> allowed) {
      Method single = functionalMethod(definition, interfaces.getFirst());
      Executable found = find(definition, impl);
      if (found == null
          || (found instanceof Method method && NamedByPlace.isMethod(method))
          || !allowed.test(found.getDeclaringClass())) {
        throw Errors.refused(
            "there is no method "
                + definition.describe()
                + definition.implSignature()
                + " that may be called on this worker");
      }
      try {
        found.setAccessible(true);
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle handle =
            found instanceof Constructor<?> constructor
                ? lookup.unreflectConstructor(constructor)
                : lookup.unreflect((Method) found);
        handle = handle.asFixedArity();
        int arity = definition.captured() + single.getParameterCount();
        if (handle.type().parameterCount() != arity) {
          throw Errors.refused(definition.describe() + " does not take " + arity + " arguments");
        }
        handle =
            handle
                .asType(handle.type().changeReturnType(single.getReturnType()))
                .asSpreader(Object[].class, arity)
                .asType(MethodType.methodType(Object.class, Object[].class));
        List<Class<?>> all = new ArrayList<>(interfaces);
        all.add(Serializable.class);
        ClassLoader loader = impl.getClassLoader();
        return new Factory(
            definition,
            all.stream().distinct().toArray(Class<?>[]::new),
            loader == null ? ClassLoader.getSystemClassLoader() : loader,
            handle);
      } catch (InaccessibleObjectException | IllegalAccessException e) {
        throw Errors.encoding(Errors.notOpen(impl), e);
      }
    }

    /** Makes the function. */
    Object make(@Nullable Object[] captured) {
      return Proxy.newProxyInstance(loader, interfaces, new NamedFunction(this, captured));
    }

    private static Method functionalMethod(FunctionDefinition definition, Class<?> type) {
      return Arrays.stream(type.getMethods())
          .filter(method -> Modifier.isAbstract(method.getModifiers()))
          .filter(method -> method.getName().equals(definition.method()))
          .findFirst()
          .orElseThrow(
              () ->
                  Errors.refused(
                      type.getName()
                          + " has no method "
                          + definition.method()
                          + " on this worker"));
    }

    // Compares descriptors as text, so that no class is loaded that only the sender names.
    static @Nullable Executable find(FunctionDefinition definition, Class<?> impl) {
      int kind = definition.implKind();
      if (kind == MethodHandleInfo.REF_newInvokeSpecial) {
        return Arrays.stream(impl.getDeclaredConstructors())
            .filter(each -> !Modifier.isAbstract(impl.getModifiers()))
            .filter(each -> descriptor(void.class, each).equals(definition.implSignature()))
            .findFirst()
            .orElse(null);
      }
      boolean isStatic = kind == MethodHandleInfo.REF_invokeStatic;
      for (Class<?> each : withSupertypes(impl)) {
        for (Method method : each.getDeclaredMethods()) {
          if (method.getName().equals(definition.implMethod())
              && Modifier.isStatic(method.getModifiers()) == isStatic
              && (kind != MethodHandleInfo.REF_invokeSpecial
                  || Modifier.isPrivate(method.getModifiers()))
              && descriptor(method.getReturnType(), method).equals(definition.implSignature())) {
            return method;
          }
        }
      }
      return null;
    }

    private static String descriptor(Class<?> returned, Executable executable) {
      return MethodType.methodType(returned, executable.getParameterTypes()).descriptorString();
    }

    private static List<Class<?>> withSupertypes(Class<?> type) {
      List<Class<?>> all = new ArrayList<>();
      for (Class<?> each = type; each != null; each = each.getSuperclass()) {
        all.add(each);
      }
      for (int i = 0; i < all.size(); i++) {
        for (Class<?> parent : all.get(i).getInterfaces()) {
          if (!all.contains(parent)) {
            all.add(parent);
          }
        }
      }
      return all;
    }
  }

  private static final class Codec extends TypeCodec {
    Codec() {
      super(Tags.FUNCTION, Identity.LATE);
    }

    @Override
    void write(Encoder out, Object value) {
      out.functionFollows();
      NamedFunction function = (NamedFunction) Proxy.getInvocationHandler(value);
      FunctionDefinition definition = function.factory.definition;
      out.writeSymbol(definition, definition::toBytes);
      for (int i = 0; i < function.captured.length; i++) {
        FunctionCodec.writeCaptured(out, i, function.captured[i]);
      }
    }

    @Override
    Object read(Decoder in, int id) {
      throw new AssertionError("read through its tag");
    }
  }
}
