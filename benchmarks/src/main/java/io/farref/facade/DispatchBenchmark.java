package io.farref.facade;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost at the owner of finding and calling a method by name, compared with a direct call and
 * reflection.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DispatchBenchmark {
  /** The target. */
  public static class Counter {
    private int n;

    /** Adds. */
    public int add(int k) {
      n += k;
      return n;
    }

    /** An overload. */
    public long add(long k) {
      return k;
    }

    /** Has one overload only, whose parameter no facade below has. */
    public int length(CharSequence text) {
      return text.length();
    }
  }

  private final Counter counter = new Counter();
  private final @Nullable Object[] one = {1};
  private final MethodCall exact = call(false, "add(int):int", one);
  private final MethodCall fitting = call(false, "length(java.lang.String):int", "x");
  private final MethodCall byName = call(true, "add", one);
  private final Method reflected;

  /** Looks up the methods of the baseline. */
  public DispatchBenchmark() {
    try {
      reflected = Counter.class.getMethod("add", int.class);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static MethodCall call(boolean byName, String method, @Nullable Object... arguments) {
    return new MethodCall(MethodCall.Mode.CALL, byName, method, arguments);
  }

  /** The limit. */
  @Benchmark
  public int direct() {
    return counter.add(1);
  }

  /** The common fields. */
  @Benchmark
  public Object reflection() throws InvocationTargetException, IllegalAccessException {
    return reflected.invoke(counter, one);
  }

  /** A facade whose parameter types are those of the method. */
  @Benchmark
  public @Nullable Object facadeExact() throws Exception {
    return exact.apply(counter);
  }

  /** A facade whose parameter types only fit. */
  @Benchmark
  public @Nullable Object facadeFitting() throws Exception {
    return fitting.apply(counter);
  }

  /** Chosen among overloads anew each time. */
  @Benchmark
  public @Nullable Object dynamic() throws Exception {
    return byName.apply(counter);
  }
}
