package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** References and peers that do nothing but be themselves. */
@SuppressWarnings("ReferenceEquality") // they have no equals
final class Stubs {
  private Stubs() {}

  /** A reference; {@code as} makes a facade of it. */
  static RRef<?> reference() {
    return (RRef<?>)
        Proxy.newProxyInstance(
            Stubs.class.getClassLoader(), new Class<?>[] {RRef.class}, new Reference());
  }

  /** A peer of this rank. */
  static Peer peer(int rank) {
    InvocationHandler handler =
        (proxy, method, args) ->
            switch (method.getName()) {
              case "rank" -> rank;
              case "hashCode" -> rank;
              case "equals" -> proxy == args[0];
              default -> "peer " + rank;
            };
    return (Peer)
        Proxy.newProxyInstance(Stubs.class.getClassLoader(), new Class<?>[] {Peer.class}, handler);
  }

  private static final class Reference implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] args) {
      return switch (method.getName()) {
        case "as" -> facade((RRef<?>) proxy, (Class<?>) args[0]);
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> proxy == args[0];
        default -> "reference";
      };
    }
  }

  /** A facade in front of a reference. */
  static Object facade(RRef<?> reference, Class<?> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader() == null ? Stubs.class.getClassLoader() : type.getClassLoader(),
        new Class<?>[] {type},
        new FacadeHandler() {
          @Override
          public Class<?> facade() {
            return type;
          }

          @Override
          public RRef<?> reference() {
            return reference;
          }

          @Override
          public Object invoke(Object proxy, Method method, Object[] args) {
            return switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == args[0];
              default -> "facade";
            };
          }
        });
  }
}
