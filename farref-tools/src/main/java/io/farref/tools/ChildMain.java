package io.farref.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a worker's JVM: {@code ChildMain MAIN-CLASS ARGS...}. Runs the program's own
 * main method, and ends the JVM when the launcher is gone: standard input is a pipe that only the
 * launcher holds, so its end is the launcher's end, however it died.
 *
 * <p>A main method that throws ends the JVM at once with code 1, also where other threads run.
 */
final class ChildMain {
  private static final int FAILED = 1;

  private ChildMain() {}

  /** Entry point. */
  public static void main(String[] args) {
    watchLauncher(System.in);
    System.setIn(InputStream.nullInputStream());
    String program = args[0];
    try {
      String[] own = Arrays.stream(args).skip(1).map(AsciiArguments::decode).toArray(String[]::new);
      run(Class.forName(program), own);
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getCause() == null ? e : e.getCause();
      removeOwnFrames(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
      System.exit(FAILED);
    } catch (ClassNotFoundException e) {
      fail(
          "there is no class %s on the class path %s"
              .formatted(program, System.getProperty("java.class.path")));
    } catch (ReflectiveOperationException | LinkageError e) {
      fail("class %s cannot be started: %s".formatted(program, e));
    }
  }

  private static void watchLauncher(InputStream leash) {
    Thread.ofPlatform()
        .daemon()
        .name("farref-leash")
        .start(
            () -> {
              awaitEnd(leash);
              Runtime.getRuntime().halt(FAILED);
            });
  }

  private static void awaitEnd(InputStream leash) {
    try {
      leash.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A pipe that cannot be read has no launcher at its other end either.
      return;
    }
  }

  private static void run(Class<?> program, String[] args) throws ReflectiveOperationException {
    Method main = find(program, String[].class);
    Object[] actual = {args};
    if (main == null) {
      main = find(program);
      actual = new Object[0];
    }
    if (main == null) {
      throw new NoSuchMethodException("it has no method main(String[]) or main()");
    }
    main.setAccessible(true);
    main.invoke(Modifier.isStatic(main.getModifiers()) ? null : instance(program), actual);
  }

  private static Object instance(Class<?> program) throws ReflectiveOperationException {
    Constructor<?> constructor = program.getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  private static @Nullable Method find(Class<?> program, Class<?>... parameters) {
    for (Class<?> type = program; type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals("main")
            && method.getReturnType() == void.class
            && Arrays.equals(method.getParameterTypes(), parameters)
            && !Modifier.isPrivate(method.getModifiers())) {
          return method;
        }
      }
    }
    return null;
  }

  /** Removes the launcher's frames from stack traces, so that they are as without it. */
  private static void removeOwnFrames(@Nullable Throwable thrown, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) {
      return;
    }
    StackTraceElement[] trace = thrown.getStackTrace();
    int end = trace.length;
    while (end > 0 && isOurs(trace[end - 1])) {
      end--;
    }
    if (end > 0) {
      thrown.setStackTrace(Arrays.copyOf(trace, end));
    }
    removeOwnFrames(thrown.getCause(), seen);
    for (Throwable suppressed : thrown.getSuppressed()) {
      removeOwnFrames(suppressed, seen);
    }
  }

  private static boolean isOurs(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.equals(ChildMain.class.getName())
        || name.startsWith("java.lang.reflect.")
        || name.startsWith("jdk.internal.reflect.")
        || name.startsWith("java.lang.invoke.");
  }

  private static void fail(String why) {
    System.err.println("farref: " + why);
    System.exit(FAILED);
  }
}
