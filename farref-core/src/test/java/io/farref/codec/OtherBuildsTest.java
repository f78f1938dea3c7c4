package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RemoteFailureException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a compiler names by its place in the source runs in the same build only. */
@SuppressWarnings("InlineFormatString") // a program
class OtherBuildsTest {
  private static final String JOB =
      """
      package acme;
      import io.farref.*;
      import java.io.Serializable;
      import java.util.*;
      import java.util.function.*;
      public class Job {
        interface Text extends RemoteCallable<String, RuntimeException> {}

        static Object anonymous() {
          return new Text() { public String call() { return "%1$s"; } };
        }
        static Object anonymousWithFields() {
          int k = 3;
          return new Text() { int n = k; public String call() { return n + "%1$s"; } };
        }
        static Object localClass() {
          class Local implements Text { public String call() { return "%1$s"; } }
          return new Local();
        }
        static Object memberOfLocalClass() {
          class Local {
            class Inner implements Text { public String call() { return "%1$s"; } }
          }
          return new Local().new Inner();
        }
        static Object localRecord() {
          record Local(int x) implements Text { public String call() { return x + "%1$s"; } }
          return new Local(1);
        }
        static Object localEnum() {
          enum Local implements Text { ONE { public String call() { return "%1$s"; } } }
          return Local.ONE;
        }
        static Object lambda() { return (Text) () -> "%1$s"; }
        static Object lambdaWithAnonymousClass() {
          return (Text) () -> new Supplier<String>() { public String get() { return "%1$s"; } }.get();
        }
        static Object lambdaWithAnonymousClassInAnonymousClass() {
          return (Text) () -> new Supplier<String>() {
            public String get() {
              return new Supplier<String>() { public String get() { return "%1$s"; } }.get();
            }
          }.get();
        }
        static Object anonymousWithAnonymousClass() {
          return new Text() {
            public String call() {
              return new Supplier<String>() { public String get() { return "%1$s"; } }.get();
            }
          };
        }
        static Object constructorOfLocalClass() {
          class Local { public String toString() { return "%1$s"; } }
          return (RemoteCallable<Object, RuntimeException>) Local::new;
        }
        static Object methodOfAnonymousClass() {
          return new Supplier<Object>() {
            String text() { return "%1$s"; }
            public Object get() { return (Text) this::text; }
          }.get();
        }
        static Object localInterface() {
          interface Local extends Text { default String call() { return raw() + "%1$s"; } String raw(); }
          return (Local) "raw"::toString;
        }
        static Object inList() { return List.of(anonymous()); }
        static Object classLiteral() { return anonymous().getClass(); }
        static Object array() {
          record Local(String text) { Local { text = "%1$s"; } }
          return new Local[] {};
        }
        static Object named() { return new Named1(); }
        static Object namedMethod() { return (Text) Job::text; }
        static Object namedConstructor() { return (RemoteCallable<Object, RuntimeException>) Named1::new; }
        static Object namedEnum() { return Color.RED; }
        static Object namedLiteral() { return Named1.class; }
        static String text() { return "%1$s"; }
        static class Named1 implements Text { public String call() { return "%1$s"; } }
        enum Color implements Text { RED { public String call() { return "%1$s"; } } }
        static Object failure() { return new IllegalStateException("oh") { String code = "%1$s"; }; }
      }
      """;

  private static Compiled build(String name) {
    return Compiled.of("acme.Job", JOB.formatted(name));
  }

  private static Pipe pipe(Compiled from, Compiled to) {
    return new Pipe(from.codec("acme"), to.codec("acme"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anonymous",
        "anonymousWithFields",
        "localClass",
        "memberOfLocalClass",
        "localRecord",
        "localEnum",
        "lambda",
        "lambdaWithAnonymousClass",
        "lambdaWithAnonymousClassInAnonymousClass",
        "anonymousWithAnonymousClass",
        "constructorOfLocalClass",
        "methodOfAnonymousClass",
        "localInterface",
        "inList",
        "classLiteral",
        "array"
      })
  void whatIsNamedByItsPlaceIsRefusedInAnotherBuildAndArrivesInTheSame(String method) {
    Compiled one = build("one");
    Object sent = one.call("acme.Job", method);
    Object arrived = pipe(one, build("one")).copy(sent);
    if (arrived instanceof RemoteCallable<?, ?> text) {
      assertThat(String.valueOf(call(text))).contains("one");
    }
    Pipe differing = pipe(one, build("two"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> differing.copy(sent))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("class acme.Job")
          .hasMessageContaining("differs between the sender and this worker")
          .hasMessageContaining("fingerprint")
          .hasMessageContaining("run the same build on both");
    }
  }

  @Test
  void anAnonymousThrowableOfAnotherBuildArrivesAsText() {
    Compiled one = build("one");
    Throwable sent = (Throwable) one.call("acme.Job", "failure");
    Throwable same = pipe(one, build("one")).copyThrowable(sent);
    assertThat(same.getClass().getName()).isEqualTo(sent.getClass().getName());
    Throwable other = pipe(one, build("two")).copyThrowable(sent);
    assertThat(other)
        .isInstanceOf(RemoteFailureException.class)
        .hasMessageContaining("acme.Job$")
        .hasMessageContaining(": oh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"named", "namedMethod", "namedConstructor", "namedEnum", "namedLiteral"})
  void whatHasANameMeansThatNameInEveryBuild(String method) {
    Compiled one = build("one");
    Object arrived = pipe(one, build("two")).copy(one.call("acme.Job", method));
    if (arrived instanceof RemoteCallable<?, ?> text && !method.equals("namedConstructor")) {
      assertThat(call(text)).isEqualTo("two");
    }
  }

  @Test
  void aClassThatIsAnonymousOnOneSideOnlyIsRefused() {
    Compiled anonymous =
        Compiled.of(
            "acme.A", "package acme; class A { static Object make() { return new A() {}; } }");
    Compiled named =
        Compiled.of(
            "acme.A",
            "package acme; class A {}",
            "acme.A$1",
            "package acme; class A$1 extends A {}");
    assertThatThrownBy(() -> pipe(anonymous, named).copy(anonymous.call("acme.A", "make")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void whatIsNamedByItsPlaceIsRefusedByTheSenderIfItsClassFileIsNotShown() {
    Compiled hiding = build("one").hidingClassFiles();
    for (String method : List.of("anonymous", "localRecord", "lambda", "classLiteral")) {
      assertThatThrownBy(() -> pipe(hiding, build("one")).copy(hiding.call("acme.Job", method)))
          .as(method)
          .isInstanceOf(io.farref.EncodingException.class)
          .hasMessageContaining("does not provide the class file");
    }
    assertThat(
            pipe(hiding, build("one"))
                .<Throwable>copyThrowable((Throwable) hiding.call("acme.Job", "failure")))
        .isInstanceOf(RemoteFailureException.class);
    assertThat(
            call(
                (RemoteCallable<?, ?>)
                    pipe(hiding, build("two")).copy(hiding.call("acme.Job", "namedMethod"))))
        .isEqualTo("two");
  }

  @Test
  void aLambdaThatCapturesVeryMuchTravels() {
    StringBuilder declared = new StringBuilder();
    StringBuilder sum = new StringBuilder("0");
    for (int i = 0; i < 126; i++) {
      declared.append("long v").append(i).append(" = n + ").append(i).append(";");
      sum.append("+ v").append(i);
    }
    Compiled build =
        Compiled.of(
            "acme.Much",
            "package acme; import io.farref.*; class Much { static Object make() { long n = 1;"
                + declared
                + "return (RemoteCallable<Object, RuntimeException>) () -> "
                + sum
                + "; } }");
    Pipe pipe = pipe(build, build);
    for (int i = 0; i < 3; i++) {
      assertThat(call((RemoteCallable<?, ?>) pipe.copy(build.call("acme.Much", "make"))))
          .isEqualTo(126 + 125 * 63L);
    }
  }

  private static Object call(RemoteCallable<?, ?> fn) {
    try {
      return fn.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
