package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.ref.guard.GuardRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that its gate does not let through runs no code, not even a static initializer. */
class CallGateTest {
  private static final String PROPERTY = "farref.test.initialized.";

  /** Sources of classes whose initialization leaves a trace, by name; each has a method make(). */
  private static final Map<String, String> FUNCTIONS =
      Map.of(
          "acme.Obj",
              "public class Obj implements io.farref.RemoteRunnable<RuntimeException> {"
                  + " static { Trace.of(Obj.class); }"
                  + " private int x = 1; Object y = \"z\"; final java.util.List<String> l = null;"
                  + " public void run() {}"
                  + " public static Object make() { return new Obj(); } }",
          "acme.Rec",
              "public record Rec(int x) implements io.farref.RemoteRunnable<RuntimeException> {"
                  + " static { Trace.of(Rec.class); }"
                  + " public void run() {}"
                  + " public static Object make() { return new Rec(1); } }",
          "acme.En",
              "public enum En implements io.farref.RemoteRunnable<RuntimeException> { ONE, TWO {};"
                  + " static { Trace.of(En.class); }"
                  + " public void run() {}"
                  + " public static Object make() { return TWO; } }",
          "acme.Lam",
              "public class Lam {"
                  + " static { Trace.of(Lam.class); }"
                  + " public static Object make() { java.util.List<Integer> captured ="
                  + " java.util.List.of(1); return"
                  + " (io.farref.RemoteRunnable<RuntimeException>) () -> captured.size(); } }",
          "acme.Ref",
              "public class Ref {"
                  + " static { Trace.of(Ref.class); }"
                  + " public static void go() {}"
                  + " public static Object make() { return"
                  + " (io.farref.RemoteRunnable<RuntimeException>) Ref::go; } }",
          "acme.Sub",
              "public class Sub extends java.util.ArrayList<Object> implements"
                  + " io.farref.RemoteRunnable<RuntimeException> {"
                  + " private static final long serialVersionUID = 1;"
                  + " static { Trace.of(Sub.class); }"
                  + " private int x = 1;"
                  + " public void run() {}"
                  + " public static Object make() { return new Sub(); } }");

  private final List<Called> asked = new ArrayList<>();

  static List<String> names() {
    return FUNCTIONS.keySet().stream().sorted().toList();
  }

  private static Compiled build(String name) {
    return Compiled.of(
        name,
        "package acme; " + FUNCTIONS.get(name),
        "acme.Trace",
        "package acme; class Trace { static void of(Class<?> type) { System.setProperty(\""
            + PROPERTY
            + "\" + System.identityHashCode(type.getClassLoader()), type.getName()); } }");
  }

  private static boolean isInitialized(Compiled build) {
    return System.getProperty(PROPERTY + System.identityHashCode(build)) != null;
  }

  @AfterEach
  void forget() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith(PROPERTY));
  }

  @ParameterizedTest
  @MethodSource("names")
  void nothingIsInitializedForACallThatIsNotLetThrough(String name) {
    Compiled there = build(name);
    Compiled here = build(name);
    Pipe pipe = new Pipe(there.codec("acme"), here.codec("acme"));
    byte[] call = pipe.write(there.call(name, "make"));
    assertThat(isInitialized(there)).isTrue();
    NotAdmittedException no = new NotAdmittedException(new Exception("no"));
    assertThatThrownBy(
            () ->
                pipe.to.readCall(
                    new Input(call),
                    pipe.new Message(),
                    called -> {
                      asked.add(called);
                      throw no;
                    }))
        .isSameAs(no);
    assertThat(asked)
        .singleElement()
        .isInstanceOfSatisfying(
            Called.Function.class, function -> assertThat(function.type()).isEqualTo(name));
    assertThat(isInitialized(here)).isFalse();

    assertThat(pipe.to.readCall(new Input(call), pipe.new Message(), asked::add))
        .as("let through")
        .isNotNull();
    assertThat(asked.get(1)).isEqualTo(asked.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Tags.NULL,
        Tags.INT,
        Tags.REF,
        Tags.STRING,
        Tags.CLASS,
        Tags.OBJECTS,
        Tags.HASH_MAP,
        Tags.TREE_MAP,
        Tags.PRIORITY_QUEUE,
        Tags.THROWABLE,
        Tags.RREF
      })
  void aCallOfAValueThatIsNoFunctionIsMalformed(int tag) {
    Pipe pipe = Pipe.of();
    byte[] body = {(byte) tag, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> pipe.to.readCall(new Input(body), pipe.new Message(), asked::add))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("a call whose function is a value of tag " + tag);
    assertThat(asked).isEmpty();
  }

  private static int hashed;

  private record Loud(int x) {
    @Override
    public int hashCode() {
      return hashed++;
    }
  }

  /** No rule is asked about calls of the library, so what they carry must not run code. */
  @Test
  void aValueInACallOfTheLibraryIsNotRebuilt() {
    Pipe pipe = Pipe.of(new GuardRequest.Codec());
    byte[] request = pipe.write(GuardRequest.restrict(Runnable.class));
    byte[] bomb = pipe.write(new HashSet<>(List.of(new Loud(1))));
    Output forged = new Output(64);
    forged.writeBytes(request, 0, 2); // the tag and the symbol
    forged.writeByte(1 + bomb.length);
    forged.writeByte(request[3]); // the kind of guard
    forged.writeBytes(bomb, 0, bomb.length);
    hashed = 0;
    assertThatThrownBy(
            () -> pipe.to.readCall(new Input(forged.toByteArray()), pipe.new Message(), asked::add))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("wanted a class");
    assertThat(hashed).isZero();
    assertThat(pipe.to.readCall(new Input(request), pipe.new Message(), asked::add))
        .isInstanceOf(GuardRequest.class);
  }
}
