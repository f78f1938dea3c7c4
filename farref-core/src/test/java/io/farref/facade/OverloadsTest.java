package io.farref.facade;

import static io.farref.facade.FakeCalls.dynamicCall;
import static io.farref.facade.FakeCalls.facadeCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which overload a call by name chooses. */
final class OverloadsTest {
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
  void aMethodThatFitsWithoutBoxingPrecedesOneThatNeedsIt() {
    assertThat(dynamicCall(new Overloaded(), "strict", 1, 2)).isEqualTo("long,int");
    assertThat(dynamicCall(new Overloaded(), "strict", 1, "b")).isEqualTo("int,Object");
  }

  @Test
  void aChoiceMadeByTheArgumentsIsMadeForEachCall() {
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
            "clash(int,int) is ambiguous for io.farref.facade.OverloadsTest$Overloaded: ")
        .withMessageContaining("clash(int,java.lang.Object)")
        .withMessageContaining("clash(java.lang.Object,int)")
        .withMessageEndingWith(" fit equally well; use a facade or a lambda")
        .satisfies(e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED));
  }
}
