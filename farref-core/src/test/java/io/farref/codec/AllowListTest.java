package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.bytes.Output;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
  private final AllowList allow = new AllowList(List.of("com.acme"), false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.acme.A",
        "com.acme.sub.B",
        "com.acme.A$Inner",
        "[Lcom.acme.A;",
        "[[Lcom.acme.A;",
        "java.lang.String",
        "int",
        "[I",
        "[[D",
        "java.util.ArrayList",
        "java.util.ImmutableCollections$ListN",
        "java.io.IOException",
        "java.lang.StackOverflowError",
        "java.sql.SQLException",
        "java.util.concurrent.TimeUnit"
      })
  void allowsAllowedPackagesAndValuesOfTheJdk(String name) {
    assertThat(allow.allows(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.acmeother.A",
        "com.acmE.A",
        "com",
        "A",
        "",
        "[",
        "[L",
        "[Lcom.acme2.A;",
        "java.net.Socket",
        "java.lang.ProcessBuilder",
        "java.lang.Runtime",
        "java.lang.ClassLoader",
        "java.util.logging.FileHandler",
        "javax.naming.InitialContext",
        "java.nothing.FooException",
        "sun.misc.Unsafe",
        "jdk.internal.misc.Unsafe",
        "org.acme.BadException",
        "io.farref.RpcTimeoutException",
        "io.farref.Worker"
      })
  void doesNotAllowOtherClasses(String name) {
    assertThat(allow.allows(name)).isFalse();
  }

  @Test
  void theUnnamedPackageIsAllowedWhenAsked() {
    AllowList unnamed = new AllowList(List.of(), true);
    assertThat(unnamed.allows("Main")).isTrue();
    assertThat(unnamed.allows("Main$Inner")).isTrue();
    assertThat(unnamed.allows("com.acme.A")).isFalse();
  }

  @Test
  void anEmptyPrefixIsRejected() {
    assertThatThrownBy(() -> new AllowList(List.of(""), false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {Tags.OBJECT, Tags.RECORD, Tags.ENUM, Tags.THROWABLE, Tags.CUSTOM})
  void aClassThatIsNotAllowedIsNeverLoaded(int tag) {
    Compiled classes = Compiled.of("evil.Bomb", "package evil; public class Bomb {}");
    Pipe pipe = new Pipe(classes.codec("acme"), classes.codec("acme"));
    Output definition = new Output(32);
    definition.writeByte(Symbol.TYPE);
    definition.writeUtf8("evil.Bomb");
    definition.writeByte(tag);
    definition.writeVarInt(0);
    assertNotLoaded(
        classes, pipe, definition, new byte[] {(byte) tag, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  }

  @Test
  void aClassThatIsNotAllowedIsNotLoadedAsLiteralElementTypeFacadeOrFunctionType() {
    Compiled classes =
        Compiled.of(
            "evil.Bomb", "package evil; public interface Bomb { Object call(); }",
            "acme.Fine",
                "package acme; public class Fine { public static Object call() { return 1; } }");
    for (int tag : new int[] {Tags.CLASS, Tags.ARRAY, Tags.FACADE, Tags.ENUM_SET}) {
      Pipe pipe = new Pipe(classes.codec("acme"), classes.codec("acme"));
      Output definition = new Output(32);
      definition.writeByte(Symbol.CLASS);
      definition.writeUtf8("evil.Bomb");
      assertNotLoaded(classes, pipe, definition, new byte[] {(byte) tag, 0, 0, 0});
    }
    for (String impl : List.of("evil/Bomb", "acme/Fine")) {
      FunctionDefinition function =
          new FunctionDefinition(
              "evil/Other",
              "evil/Bomb",
              "call",
              "()Ljava/lang/Object;",
              6,
              impl,
              "call",
              "()Ljava/lang/Object;",
              "()Ljava/lang/Object;",
              0,
              0,
              List.of());
      Pipe pipe = new Pipe(classes.codec("acme"), classes.codec("acme"));
      Output definition = new Output(32);
      byte[] bytes = function.toBytes();
      definition.writeBytes(bytes, 0, bytes.length);
      assertNotLoaded(classes, pipe, definition, new byte[] {Tags.FUNCTION, 0});
    }
  }

  @Test
  void aMethodReferenceByNameToAnInheritedMethodOfAClassNotAllowedIsRefused() {
    Compiled classes =
        Compiled.of(
            "acme.Runner",
            "package acme; public class Runner extends Thread { public Runner() { super(\"x\"); }"
                + " }");
    Pipe pipe = new Pipe(classes.codec("acme"), classes.codec("acme"));
    FunctionDefinition function =
        new FunctionDefinition(
            "acme/Runner",
            "io/farref/RemoteRunnable",
            "run",
            "()V",
            5,
            "acme/Runner",
            "start",
            "()V",
            "()V",
            1,
            0,
            List.of());
    pipe.inbound.define(0, function.toBytes());
    assertThatThrownBy(() -> pipe.read(new byte[] {Tags.FUNCTION, 0, Tags.NULL}))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("acme.Runner::start");
  }

  private static void assertNotLoaded(
      Compiled classes, Pipe pipe, Output definition, byte[] message) {
    pipe.inbound.define(0, definition.toByteArray());
    assertThatThrownBy(() -> pipe.read(message))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is not allowed");
    assertThat(classes.hasLoaded("evil.Bomb")).isFalse();
  }
}
