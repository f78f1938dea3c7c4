package io.farref.facade;

import static io.farref.facade.FakeCalls.dynamicCall;
import static io.farref.facade.FakeCalls.facadeCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.farref.UnknownMethodException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which method a call by name finds on the owner's object. */
final class MethodTableTest {
  interface Greeting {
    default String greet() {
      return "hello " + name();
    }

    String name();
  }

  interface Ordered<T> {
    int compareTo(T other);
  }

  abstract static class Base<T> implements Ordered<T> {
    T last;

    void put(T value) {
      last = value;
    }

    protected Object get() {
      return last;
    }

    static String ofClass() {
      return "static";
    }
  }

  static final class Derived extends Base<Derived> implements Greeting {
    @Override
    public String name() {
      return "derived";
    }

    @Override
    protected Derived get() {
      return this;
    }

    @Override
    public int compareTo(Derived other) {
      return 42;
    }

    private String secret() {
      return "secret";
    }

    String open() {
      return secret();
    }
  }

  @Test
  void inheritedDefaultAndInterfaceMethodsAreFound() {
    Derived target = new Derived();
    assertThat(facadeCall(target, "greet():java.lang.String")).isEqualTo("hello derived");
    assertThat(facadeCall(target, "put(" + Derived.class.getName() + ")", target)).isNull();
    assertThat(target.last).isSameAs(target);
    assertThat(facadeCall(target, "get()")).isSameAs(target);
    assertThat(dynamicCall(target, "open")).isEqualTo("secret");
  }

  @Test
  void bridgesServeTheGenericInterfaceAndAreNoOverloads() {
    Derived target = new Derived();
    assertThat(facadeCall(target, "compareTo(*java.lang.Object)", target)).isEqualTo(42);
    assertThat(dynamicCall(target, "compareTo", target)).isEqualTo(42);
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> dynamicCall(target, "compareTo", "not a Derived"))
        .withMessageEndingWith("it has compareTo(io.farref.facade.MethodTableTest$Derived)");
  }

  @Test
  void privateAndStaticMethodsAreNotCallable() {
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> dynamicCall(new Derived(), "secret"))
        .withMessageEndingWith("; not callable from outside: secret() (private)");
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> dynamicCall(new Derived(), "ofClass"))
        .withMessageEndingWith("; not callable from outside: ofClass() (static)");
  }

  @Test
  void ofTheMethodsOfObjectOnlyEqualsHashCodeAndToStringAreCallable() {
    assertThat(dynamicCall("x", "equals", "x")).isEqualTo(true);
    assertThat(dynamicCall("x", "hashCode")).isEqualTo("x".hashCode());
    assertThat(dynamicCall(text("x"), "toString")).isEqualTo("x");
    for (String name : List.of("getClass", "wait", "notify", "notifyAll", "finalize", "clone")) {
      assertThatExceptionOfType(UnknownMethodException.class)
          .isThrownBy(() -> dynamicCall(new Derived(), name));
    }
  }

  /** StringBuilder has its length from a class that is not public. */
  private static StringBuilder text(String text) {
    return new StringBuilder(text);
  }

  @Test
  void methodsOfClosedJdkClassesAreReachedThroughOpenTypes() {
    assertThat(dynamicCall(List.of(1, 2), "size")).isEqualTo(2);
    assertThat(dynamicCall(List.of(1, 2), "get", 1)).isEqualTo(2);
    assertThat(dynamicCall(Map.of("a", 1), "get", "a")).isEqualTo(1);
    assertThat(dynamicCall(Map.of("a", 1).entrySet().iterator().next(), "getValue")).isEqualTo(1);
    assertThat(dynamicCall(text("abc"), "length")).isEqualTo(3);
    assertThat(dynamicCall(text("abc"), "append", 'd')).hasToString("abcd");
    assertThat(dynamicCall(text("abc"), "charAt", 1)).isEqualTo('b');
    assertThat(dynamicCall(Optional.of(1), "get")).isEqualTo(1);
    assertThat(dynamicCall(new AtomicInteger(), "addAndGet", 3)).isEqualTo(3);
  }

  @Test
  void removeByNameWithAnIntRemovesByIndexAsInJava() {
    List<Integer> list = new ArrayList<>(List.of(7, 8, 0));
    assertThat(dynamicCall(list, "remove", 0)).isEqualTo(7);
    Map<String, Integer> map = new HashMap<>(Map.of("a", 1));
    assertThat(dynamicCall(map, "remove", "a")).isEqualTo(1);
  }

  @Test
  void methodsOfLambdasRecordsAndEnumsAreCallable() {
    record Pair(int left, String right) {}
    Function<String, Integer> length = String::length;
    assertThat(dynamicCall(length, "apply", "four")).isEqualTo(4);
    assertThat(dynamicCall(new Pair(1, "b"), "right")).isEqualTo("b");
    assertThat(dynamicCall(Thread.State.NEW, "ordinal")).isEqualTo(0);
    assertThat(dynamicCall(new int[3], "hashCode")).isInstanceOf(Integer.class);
  }

  static class Thrower {
    @SuppressWarnings("serial")
    static final class Odd extends Throwable {}

    void io() throws IOException {
      throw new IOException("io");
    }

    void error() {
      throw new AssertionError("error");
    }

    void odd() throws Odd {
      throw new Odd();
    }
  }

  @Test
  void anExceptionOfTheMethodIsThrownAsItIs() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> call("io()").apply(new Thrower()))
        .withNoCause();
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> call("error()").apply(new Thrower()))
        .withNoCause();
    assertThatExceptionOfType(Thrower.Odd.class)
        .isThrownBy(() -> call("odd()").apply(new Thrower()));
    assertThatNullPointerException()
        .isThrownBy(() -> call("odd()").apply(null))
        .withMessage("cannot call odd(): the referenced value is null");
  }

  private static MethodCall call(String signature) {
    return new MethodCall(MethodCall.Mode.CALL, false, signature, new Object[0]);
  }

  static class Returning<T> {
    int primitive() {
      return 1;
    }

    Long wrapper() {
      return 2L;
    }

    Number number() {
      return 3;
    }

    String text() {
      return "text";
    }

    void nothing() {}

    T anything() {
      return null;
    }
  }

  static Stream<Arguments> results() {
    return Stream.of(
        Arguments.of("primitive", "int", true),
        Arguments.of("primitive", "double", true),
        Arguments.of("primitive", "short", false),
        Arguments.of("primitive", "boolean", false),
        Arguments.of("primitive", "java.lang.Integer", true),
        Arguments.of("primitive", "java.lang.Number", true),
        Arguments.of("primitive", "java.lang.Comparable", true),
        Arguments.of("primitive", "java.lang.Long", false),
        Arguments.of("primitive", "java.lang.String", false),
        Arguments.of("primitive", "void", true),
        Arguments.of("wrapper", "long", true),
        Arguments.of("wrapper", "float", true),
        Arguments.of("wrapper", "int", false),
        Arguments.of("number", "int", true),
        Arguments.of("number", "boolean", false),
        Arguments.of("text", "int", false),
        Arguments.of("text", "java.lang.Object", true),
        Arguments.of("nothing", "int", false),
        Arguments.of("nothing", "java.lang.Integer", true),
        Arguments.of("nothing", "void", true),
        Arguments.of("anything", "int", true));
  }

  @ParameterizedTest
  @MethodSource("results")
  void aCounterpartMustReturnATypeThatConvertsToTheFacadesResult(
      String name, String wanted, boolean may) {
    Invoker found = MethodTable.of(Returning.class).find(name + "():" + wanted, new Object[0]);
    assertThat(found != null).isEqualTo(may);
  }

  static class Named {
    void append(String s) {}

    void apply(int n) {}

    void apply(long n) {}

    void unrelated() {}
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    assertMissing("aply", 1)
        .endsWith("Named has no method aply(int); nearest: apply(int), apply(long)");
    assertMissing("APPLY").contains("nearest: apply(int), apply(long)");
    assertMissing("append", 1).endsWith("; it has append(java.lang.String)");
    assertMissing("zzz", "x", null)
        .endsWith(
            "Named has no method zzz(java.lang.String,null); it has append(java.lang.String),"
                + " apply(int), apply(long), unrelated()");
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertMissing(
      String name, Object... arguments) {
    try {
      dynamicCall(new Named(), name, arguments);
      throw new AssertionError("found " + name);
    } catch (UnknownMethodException e) {
      return assertThat(e.getMessage());
    }
  }

  static class Fresh {
    int known(CharSequence s) {
      return s.length();
    }
  }

  static class Invented {
    Object value() {
      return this;
    }
  }

  @Test
  void aFailedLookUpIsNotRemembered() {
    MethodTable table = MethodTable.of(Fresh.class);
    for (int i = 0; i < 10; i++) {
      assertThat(table.find("unknown" + i + "()", new Object[0])).isNull();
      assertThat(table.find("known(int)", new Object[] {i})).isNull();
    }
    assertThat(table.remembered()).isZero();
    assertThat(table.find("known(java.lang.String)", new Object[] {"x"})).isNotNull();
    assertThat(table.remembered()).isEqualTo(1);
  }

  @Test
  void inventedSignaturesDoNotFillTheMemory() {
    MethodTable table = MethodTable.of(Invented.class);
    for (int i = 0; i < 2 * MethodTable.MAX_REMEMBERED; i++) {
      assertThat(table.find("value():x" + i, new Object[0])).isNotNull();
    }
    assertThat(table.remembered()).isEqualTo(MethodTable.MAX_REMEMBERED);
  }

  @Test
  void garbageInPlaceOfASignatureIsATypedError() {
    for (String garbage : List.of("", "x", "(", ")", "()", "x(int", "x)int(", "x()y", "x()(")) {
      assertThatExceptionOfType(UnknownMethodException.class)
          .as("'%s'", garbage)
          .isThrownBy(() -> facadeCall(new Named(), garbage));
    }
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> facadeCall(new Named(), "apply(int)", 1, 2));
    facadeCall(new Named(), "apply(int)", 1);
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> facadeCall(new Named(), "apply(int)", 1, 2))
        .withMessage("apply(int) was called with 2 arguments");
  }
}
