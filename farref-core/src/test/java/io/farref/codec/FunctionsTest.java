package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RemoteFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

@SuppressWarnings({
  "InlineFormatString",
  "unchecked",
  "ReferenceEquality"
}) // classes of other loaders
class FunctionsTest {
  private final transient Pipe pipe = Pipe.of();

  static final class Counter {
    int n;

    int add(int k) {
      n += k;
      return n;
    }

    private int secret() {
      return 42;
    }
  }

  interface Marker {}

  private final int field = 9;

  RemoteCallable<Integer, RuntimeException> capturesThis() {
    return () -> field;
  }

  static int twice(int x) {
    return 2 * x;
  }

  static <R, X extends Exception> RemoteCallable<R, X> callable(RemoteCallable<R, X> fn) {
    return fn;
  }

  static <T, R, X extends Exception> RemoteFunction<T, R, X> function(RemoteFunction<T, R, X> fn) {
    return fn;
  }

  @Test
  void aLambdaTravelsWithItsCapturedValues() {
    byte b = 1;
    short s = 2;
    char c = 3;
    long l = 4;
    float f = 5;
    double d = 6;
    boolean z = true;
    String text = "t";
    int[] array = {7};
    List<Object> list = new ArrayList<>(List.of(array));
    var fn =
        callable(
            () -> b + s + c + l + f + d + (z ? 1 : 0) + text + array[0] + (list.get(0) == array));
    for (int i = 0; i < 3; i++) {
      assertThat(pipe.copy(fn).call()).isEqualTo("22.0t7true");
    }
  }

  @Test
  void aHotCallWithTwoIntsIsSixBytes() {
    int a = 3;
    int b = -4;
    RemoteCallable<Integer, RuntimeException> fn = () -> Math.addExact(a, b);
    pipe.write(fn);
    assertThat(pipe.write(fn)).hasSize(6);
  }

  @Test
  void aFunctionThatCapturesNothingIsMadeOnce() {
    RemoteCallable<Integer, RuntimeException> fn = () -> 1;
    assertThat(pipe.copy(fn)).isSameAs(pipe.copy(fn));
    assertThat(pipe.copy(fn).call()).isEqualTo(1);
  }

  @Test
  void eachCallHasItsOwnCapturedValues() {
    for (int i = 0; i < 5; i++) {
      int k = i;
      assertThat(pipe.copy(callable(() -> k)).call()).isEqualTo(i);
    }
  }

  @Test
  void lambdasMayCaptureLambdasAndThis() {
    RemoteFunction<Integer, Integer, RuntimeException> plus = x -> x + 1;
    int k = 3;
    assertThat(pipe.copy(callable(() -> plus.apply(plus.apply(k)))).call()).isEqualTo(5);
    assertThat(pipe.copy(capturesThis()).call()).isEqualTo(9);
  }

  @Test
  void methodReferencesOfAllKindsTravel() throws Exception {
    assertThat(pipe.copy(function(FunctionsTest::twice)).apply(4)).isEqualTo(8);
    Counter counter = new Counter();
    counter.n = 5;
    assertThat(
            pipe.copy(FunctionsTest.<Integer, Integer, RuntimeException>function(counter::add))
                .apply(2))
        .isEqualTo(7);
    assertThat(counter.n).isEqualTo(5);
    assertThat(pipe.copy(callable(Counter::new)).call().n).isZero();
    assertThat(
            pipe.copy(FunctionsTest.<Counter, Integer, RuntimeException>function(Counter::secret))
                .apply(counter))
        .isEqualTo(42);
    assertThat(
            pipe.copy(FunctionsTest.<String, Integer, RuntimeException>function(String::length))
                .apply("abc"))
        .isEqualTo(3);
    assertThat(
            pipe.copy(FunctionsTest.<Integer, int[], RuntimeException>function(int[]::new))
                .apply(3))
        .hasSize(3);
    assertThat(pipe.copy(callable("text"::length)).call()).isEqualTo(4);
    assertThat(pipe.copy(callable(ArrayList::new)).call()).isEmpty();
  }

  @Test
  void anySerializableFunctionIsAValue() {
    Comparator<String> byLength =
        (Comparator<String> & Serializable) (x, y) -> x.length() - y.length();
    TreeMap<String, Integer> map = new TreeMap<>(byLength);
    map.put("aaa", 1);
    map.put("b", 2);
    TreeMap<String, Integer> copy = pipe.copy(map);
    assertThat(copy).isEqualTo(map);
    assertThat(copy.firstKey()).isEqualTo("b");
    assertThat(copy.get("xyz")).isEqualTo(1);
    Supplier<String> marked = (Supplier<String> & Serializable & Marker) () -> "m";
    assertThat(pipe.copy(marked)).isInstanceOf(Marker.class);
    assertThat(pipe.copy(marked).get()).isEqualTo("m");
  }

  @Test
  void aFunctionThatArrivedCanBeSentOn() {
    int k = 4;
    RemoteCallable<Integer, RuntimeException> once = pipe.copy(callable(() -> k));
    Pipe second = Pipe.of();
    assertThat(second.copy(once).call()).isEqualTo(4);
    assertThat(second.copy(second.copy(once)).call()).isEqualTo(4);
  }

  @Test
  void anonymousAndNamedClassesAreFunctionsToo() {
    int k = 5;
    RemoteCallable<Integer, RuntimeException> fn =
        new RemoteCallable<>() {
          @Override
          public Integer call() {
            return k;
          }
        };
    assertThat(pipe.copy(fn).call()).isEqualTo(5);
  }

  @Test
  void theErrorAboutALambdaThatIsNotSerializableSaysHowToMakeItSo() {
    Function<Integer, Integer> plain = x -> x;
    assertThatThrownBy(() -> pipe.copy(plain))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("io.farref.codec.FunctionsTest")
        .hasMessageContaining("is not Serializable; cast it");
    RemoteCallable<Object, RuntimeException> capturing = () -> plain;
    assertThatThrownBy(() -> pipe.copy(capturing)).hasMessageContaining("at fn.captured[0]");
  }

  private static final String LAMBDAS =
      """
      package acme;
      import io.farref.*;
      public class Job {
        static Object lambda() { return (RemoteCallable<String, RuntimeException>) () -> "%s"; }
        static Object reference() { return (RemoteFunction<String, String, RuntimeException>) Job::greet; }
        static Object bound() { return (RemoteCallable<String, RuntimeException>) new Job()::name; }
        static Object jdk() { return (RemoteFunction<String, Integer, RuntimeException>) String::length; }
        static Object constructor() { return (RemoteCallable<Object, RuntimeException>) Job::new; }
        public static String greet(String who) { return "hello " + who + " from %s"; }
        String name() { return "job %s"; }
      }
      """;

  private static Compiled build(String name) {
    return Compiled.of("acme.Job", LAMBDAS.formatted(name, name, name));
  }

  @Test
  void theSameBuildOnBothSidesRunsLambdas() {
    Compiled one = build("one");
    Pipe pipe = new Pipe(one.codec("acme"), build("one").codec("acme"));
    assertThat(call(pipe.copy(one.call("acme.Job", "lambda")))).isEqualTo("one");
    assertThat(apply(pipe.copy(one.call("acme.Job", "jdk")), "four")).isEqualTo(4);
  }

  @Test
  void aLambdaOfAnotherBuildIsRefusedNamingTheClass() {
    Compiled one = build("one");
    Pipe pipe = new Pipe(one.codec("acme"), build("two").codec("acme"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> pipe.copy(one.call("acme.Job", "lambda")))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("class acme.Job differs between the sender and this worker")
          .hasMessageContaining("run the same build on both");
    }
  }

  @Test
  void methodReferencesStayValidAcrossBuilds() {
    Compiled one = build("one");
    Pipe pipe = new Pipe(one.codec("acme"), build("two").codec("acme"));
    assertThat(apply(pipe.copy(one.call("acme.Job", "reference")), "you"))
        .isEqualTo("hello you from two");
    assertThat(call(pipe.copy(one.call("acme.Job", "bound")))).isEqualTo("job two");
    assertThat(call(pipe.copy(one.call("acme.Job", "constructor"))).getClass().getName())
        .isEqualTo("acme.Job");
  }

  private static final String USER =
      """
      package acme;
      import io.farref.*;
      import java.io.Serializable;
      import java.util.function.*;
      public class User {
        static Object fn() { return (RemoteFunction<Integer, Long, RuntimeException>) Lib::widen; }
        static Object sub() { return (RemoteFunction<Lib, String, RuntimeException>) Lib::toString; }
        static Object toInt() { return (ToIntFunction<Lib> & Serializable & Lib.Tag) Lib::value; }
        static Object inherited() { return (RemoteFunction<Lib, Integer, RuntimeException>) Lib::hashCode; }
        static Object jdk() { return (RemoteFunction<String, Integer, RuntimeException>) String::length; }
      }
      """;
  private static final String LIB =
      """
      package acme;
      public class Lib {
        public interface Tag {}
        static Object make() { return new Lib(); }
        public static long widen(int x) { return x; }
        public short value() { return 7; }
        public String toString() { return "lib"; }
      }
      """;

  @Test
  void aMethodReferenceNeedsOnlyTheClassOfItsMethod() {
    Compiled one = Compiled.of("acme.User", USER, "acme.Lib", LIB);
    Compiled two = Compiled.of("acme.Lib", LIB);
    Pipe pipe = new Pipe(one.codec("acme"), two.codec("acme"));
    Object fn = pipe.copy(one.call("acme.User", "fn"));
    assertThat(apply(fn, 5)).isEqualTo(5L);
    assertThat(fn).hasToString("acme.Lib::widen").isEqualTo(fn).hasSameHashCodeAs(fn);
    Object lib = two.call("acme.Lib", "make");
    assertThat(apply(pipe.copy(one.call("acme.User", "sub")), lib)).isEqualTo("lib");
    Object toInt = pipe.copy(one.call("acme.User", "toInt"));
    assertThat(((ToIntFunction<Object>) toInt).applyAsInt(lib)).isEqualTo(7);
    assertThat(toInt.getClass().getInterfaces()).extracting(Class::getSimpleName).contains("Tag");
    Pipe back = new Pipe(two.codec("acme"), one.codec("acme"));
    assertThat(apply(back.copy(fn), 6)).isEqualTo(6L);
  }

  @Test
  void aMethodReferenceToAClassThatIsNotAllowedMustBeInTheReceiversOwnCode() {
    Compiled one = Compiled.of("acme.User", USER, "acme.Lib", LIB);
    Compiled without =
        Compiled.of("acme.User", "package acme; public class User {}", "acme.Lib", LIB);
    Pipe pipe = new Pipe(one.codec("acme"), without.codec("acme"));
    for (String method : List.of("jdk", "inherited")) {
      assertThatThrownBy(() -> pipe.copy(one.call("acme.User", method)))
          .as(method)
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void aLambdaOfAClassThatIsNotAllowedIsRefusedOnBothSides() {
    Compiled one = build("one");
    Pipe sender = new Pipe(one.codec("other"), one.codec("acme"));
    assertThatThrownBy(() -> sender.copy(one.call("acme.Job", "lambda")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("acme.Job is not allowed")
        .hasMessageContaining(".allow(\"acme\")");
    Compiled two = build("one");
    Pipe receiver = new Pipe(one.codec("acme"), two.codec("other"));
    assertThatThrownBy(() -> receiver.copy(one.call("acme.Job", "lambda")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("acme.Job is not allowed");
    assertThat(two.hasLoaded("acme.Job")).isFalse();
  }

  @Test
  void aForgedNameOfALambdaBodyIsNotRunAsAMethodReference() {
    Compiled one = build("one");
    FunctionDefinition forged =
        new FunctionDefinition(
            "acme/Other",
            "io/farref/RemoteCallable",
            "call",
            "()Ljava/lang/Object;",
            6,
            "acme/Job",
            "lambda$lambda$1",
            "()Ljava/lang/String;",
            "()Ljava/lang/String;",
            0,
            0,
            List.of());
    Pipe pipe = new Pipe(one.codec("acme"), one.codec("acme"));
    pipe.inbound.define(0, forged.toBytes());
    assertThatThrownBy(() -> pipe.read(new byte[] {Tags.FUNCTION, 0}))
        .isInstanceOf(RefusedException.class);
  }

  private static Object call(Object fn) {
    return ((RemoteCallable<?, RuntimeException>) fn).call();
  }

  private static Object apply(Object fn, Object argument) {
    return ((RemoteFunction<Object, ?, RuntimeException>) fn).apply(argument);
  }
}
