package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.farref.RpcException.Execution;
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
  private static Object facadeCall(Object target, String signature, Object... arguments) {
    return FakeCalls.apply(
        new MethodCall(MethodCall.Mode.CALL, false, signature, arguments), target);
  }

  private static Object dynamicCall(Object target, String name, Object... arguments) {
    return Facades.call(FakeReference.to(target), name, arguments);
  }

  /** Every overload tells its name. */
  static class Overloaded {
    String one(int a) {
      return "int";
    }

    String one(long a) {
      return "long";
    }

    String one(Integer a) {
      return "Integer";
    }

    String one(Object a) {
      return "Object";
    }

    String one(CharSequence a) {
      return "CharSequence";
    }

    String one(int... a) {
      return "int...";
    }

    String wide(double a) {
      return "double";
    }

    String wide(long a) {
      return "long";
    }

    String boxed(Object a) {
      return "Object";
    }

    String boxed(Number a) {
      return "Number";
    }

    String unboxed(long a) {
      return "long";
    }

    String two(int a, Object b) {
      return "int,Object";
    }

    String two(Object a, Object b) {
      return "Object,Object";
    }

    String clash(int a, Object b) {
      return "int,Object";
    }

    String clash(Object a, int b) {
      return "Object,int";
    }

    String strict(long a, int b) {
      return "long,int";
    }

    String strict(int a, Object b) {
      return "int,Object";
    }

    String rest(String a, Object... rest) {
      return a + rest.length;
    }

    String rest(String a, int... rest) {
      return a + "int" + rest.length;
    }

    String list(List<?> a) {
      return "List";
    }

    String list(Iterable<?> a) {
      return "Iterable";
    }

    String array(Object[] a) {
      return "Object[]";
    }

    String array(Object a) {
      return "Object";
    }

    String one(char[] a) {
      return "char[]";
    }

    int same(short a) {
      return a;
    }
  }

  static Stream<Arguments> facadeCalls() {
    return Stream.of(
        Arguments.of("one(int)", 1, "int"),
        Arguments.of("one(long)", 1L, "long"),
        Arguments.of("one(short)", (short) 1, "int"),
        Arguments.of("one(java.lang.Integer)", 1, "Integer"),
        Arguments.of("one(java.lang.Object)", 1, "Object"),
        Arguments.of("one(java.lang.String)", "x", "CharSequence"),
        Arguments.of("one(java.lang.Long)", 1L, "Object"),
        Arguments.of("one(*java.lang.Object)", 1, "Object"),
        Arguments.of("one(*java.lang.Comparable)", 1, "int"),
        Arguments.of("one(int[])", new int[2], "int..."),
        Arguments.of("one(char[])", new char[2], "char[]"),
        Arguments.of("one(double)", 1.0, "Object"),
        Arguments.of("wide(int)", 1, "long"),
        Arguments.of("wide(float)", 1f, "double"),
        Arguments.of("wide(java.lang.Integer)", 1, "long"),
        Arguments.of("boxed(int)", 1, "Number"),
        Arguments.of("boxed(boolean)", true, "Object"),
        Arguments.of("unboxed(java.lang.Character)", 'x', "long"),
        Arguments.of("list(java.util.ArrayList)", new ArrayList<>(), "List"),
        Arguments.of("list(java.util.Collection)", new ArrayList<>(), "Iterable"),
        Arguments.of("array(java.lang.String[])", new String[1], "Object[]"),
        Arguments.of("array(java.util.List[])", new List<?>[1], "Object[]"),
        Arguments.of("array(int[])", new int[1], "Object"));
  }

  @ParameterizedTest
  @MethodSource("facadeCalls")
  void aFacadesOverloadIsThatOfItsParameterTypes(String signature, Object argument, String chosen) {
    Overloaded target = new Overloaded();
    assertThat(facadeCall(target, signature, argument)).isEqualTo(chosen);
    assertThat(facadeCall(target, signature, argument)).as("once more").isEqualTo(chosen);
  }

  static Stream<Arguments> dynamicCalls() {
    return Stream.of(
        Arguments.of("one", 1, "int"),
        Arguments.of("one", 1L, "long"),
        Arguments.of("one", (byte) 1, "int"),
        Arguments.of("one", "x", "CharSequence"),
        Arguments.of("one", 1.5, "Object"),
        Arguments.of("wide", 'c', "long"),
        Arguments.of("boxed", 1, "Number"),
        Arguments.of("list", List.of(), "List"));
  }

  @ParameterizedTest
  @MethodSource("dynamicCalls")
  void aDynamicCallsOverloadIsThatOfItsArguments(String name, Object argument, String chosen) {
    assertThat(dynamicCall(new Overloaded(), name, argument)).isEqualTo(chosen);
  }

  @Test
  void aPrimitiveArgumentPrefersPrimitiveParameters() {
    assertThat(dynamicCall(new Overloaded(), "two", 1, 2)).isEqualTo("int,Object");
    assertThat(dynamicCall(new Overloaded(), "two", "a", 2)).isEqualTo("Object,Object");
  }

  @Test
  void whatFitsWithoutBoxingPrecedesWhatNeedsIt() {
    assertThat(dynamicCall(new Overloaded(), "strict", 1, 2)).isEqualTo("long,int");
    assertThat(dynamicCall(new Overloaded(), "strict", 1, "b")).isEqualTo("int,Object");
  }

  @Test
  void aChoiceMadeByTheArgumentsIsMadeAnew() {
    for (int i = 0; i < 2; i++) {
      assertThat(facadeCall(new Overloaded(), "one(*java.lang.Comparable)", 1)).isEqualTo("int");
      assertThat(facadeCall(new Overloaded(), "one(*java.lang.Comparable)", "x"))
          .isEqualTo("CharSequence");
    }
  }

  @Test
  void aChoiceMadeForNullIsNotRemembered() {
    Overloaded target = new Overloaded();
    assertThat(facadeCall(target, "boxed(java.lang.Comparable)", (Object) null))
        .isEqualTo("Number");
    assertThat(facadeCall(target, "boxed(java.lang.Comparable)", "x")).isEqualTo("Object");
  }

  @Test
  void fixedParametersPrecedeVariableOnes() {
    assertThat(dynamicCall(new Overloaded(), "rest", "a", 1, 2)).isEqualTo("aint2");
    assertThat(dynamicCall(new Overloaded(), "rest", "a", "b", null)).isEqualTo("a2");
    assertThat(facadeCall(new Overloaded(), "rest(java.lang.String,long)", "a", 2L))
        .isEqualTo("a1");
    assertThat(facadeCall(new Overloaded(), "rest(java.lang.String,int,short)", "a", 1, (short) 2))
        .isEqualTo("aint2");
    assertThat(dynamicCall(String.class.cast("%s-%s"), "formatted", "a", "b")).isEqualTo("a-b");
  }

  @Test
  void nullFitsReferenceTypesOnly() {
    assertThat(facadeCall(new Overloaded(), "list(java.util.Set)", (Object) null))
        .isEqualTo("List");
    assertThat(dynamicCall(new Overloaded(), "two", null, null)).isEqualTo("Object,Object");
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> dynamicCall(new Overloaded(), "unboxed", (Object) null));
  }

  @Test
  void anAmbiguousCallNamesTheCandidates() {
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> dynamicCall(new Overloaded(), "clash", 1, 2))
        .withMessageStartingWith(
            "clash(int,int) is ambiguous for io.farref.facade.MethodTableTest$Overloaded: ")
        .withMessageContaining("clash(int,java.lang.Object)")
        .withMessageContaining("clash(java.lang.Object,int)")
        .withMessageEndingWith(" fit equally well; use a facade or a lambda")
        .satisfies(e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
  }

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
  void ofObjectsMethodsOnlyThoseOfValuesAreCallable() {
    assertThat(dynamicCall("x", "equals", "x")).isEqualTo(true);
    assertThat(dynamicCall("x", "hashCode")).isEqualTo("x".hashCode());
    assertThat(dynamicCall(text("x"), "toString")).isEqualTo("x");
    for (String name : List.of("getClass", "wait", "notify", "notifyAll", "finalize", "clone")) {
      assertThatExceptionOfType(UnknownMethodException.class)
          .isThrownBy(() -> dynamicCall(new Derived(), name));
    }
  }

  /** StringBuilder has its length from a class that is closed to everybody. */
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
  void removeByNameGoesByIndexAsInJava() {
    List<Integer> list = new ArrayList<>(List.of(7, 8, 0));
    assertThat(dynamicCall(list, "remove", 0)).isEqualTo(7);
    Map<String, Integer> map = new HashMap<>(Map.of("a", 1));
    assertThat(dynamicCall(map, "remove", "a")).isEqualTo(1);
  }

  @Test
  void lambdasRecordsAndEnumsAreObjectsLikeAnyOther() {
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
  void whatTheMethodThrowsComesOutAsItIs() {
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
  void aCounterpartReturnsWhatCanBecomeTheFacadesResult(String name, String wanted, boolean may) {
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
