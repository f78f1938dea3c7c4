package io.farref.tools;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Passes the signals that ask this process to end on to a job, until closed. */
final class Signals implements AutoCloseable {
  private final Map<Job.StopSignal, Object> previous = new EnumMap<>(Job.StopSignal.class);
  private final AtomicReference<Job.@Nullable StopSignal> first = new AtomicReference<>();

  private Signals() {}

  static Signals forwardTo(Job job) {
    Signals signals = new Signals();
    for (Job.StopSignal signal : Job.StopSignal.values()) {
      Runnable passOn =
          () -> {
            signals.first.compareAndSet(null, signal);
            job.stop(signal);
          };
      signals.previous.put(signal, Jdk.handle(signal.name(), Jdk.handler(passOn)));
    }
    return signals;
  }

  /** The first that came. */
  Optional<Job.StopSignal> received() {
    return Optional.ofNullable(first.get());
  }

  @Override
  public void close() {
    previous.forEach((signal, handler) -> Jdk.handle(signal.name(), handler));
  }

  /** {@code sun.misc.Signal}: supported by every JDK, but javac warns of it without a remedy. */
  private static final class Jdk {
    private static final Class<?> SIGNAL = type("sun.misc.Signal");
    private static final Class<?> HANDLER = type("sun.misc.SignalHandler");

    private static Class<?> type(String name) {
      try {
        return Class.forName(name);
      } catch (ClassNotFoundException e) {
        throw new LinkageError("this JDK lacks the module jdk.unsupported", e);
      }
    }

    static Object handler(Runnable action) {
      return Proxy.newProxyInstance(
          HANDLER.getClassLoader(), new Class<?>[] {HANDLER}, new Handler(action));
    }

    /** Sets the handler of a signal and returns the one before. */
    static Object handle(String signal, Object handler) {
      try {
        return SIGNAL
            .getMethod("handle", SIGNAL, HANDLER)
            .invoke(null, SIGNAL.getConstructor(String.class).newInstance(signal), handler);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("SIG" + signal + " cannot be handled on this JVM", e);
      }
    }
  }

  private record Handler(Runnable action) implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] args) {
      return switch (method.getName()) {
        case "equals" ->
            Proxy.isProxyClass(args[0].getClass()) && equals(Proxy.getInvocationHandler(args[0]));
        case "hashCode" -> hashCode();
        case "toString" -> toString();
        default -> {
          action.run();
          yield null;
        }
      };
    }
  }
}
