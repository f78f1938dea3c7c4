package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RemoteFailureException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerLostException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.text.ParseException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.*;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({
  "AlwaysThrows",
  "InvalidPatternSyntax",
  "FormatString",
  "ReturnValueIgnored",
  "serial"
}) // made to fail
class ThrowablesTest {
  private final Pipe pipe = Pipe.of();

  static class Failure extends Exception {
    @Serial private static final long serialVersionUID = 1;
    final int code;
    final List<String> details;
    final transient Thread thread = Thread.currentThread();

    Failure(int code, String reason, List<String> details, Throwable cause) {
      super("failed with " + code + ": " + reason, cause);
      this.code = code;
      this.details = details;
    }
  }

  static final class Decorated extends Failure {
    @Serial private static final long serialVersionUID = 1;

    Decorated(String reason) {
      super(1, reason, List.of(), null);
    }

    @Override
    public String getMessage() {
      return "<<" + super.getMessage() + ">>";
    }
  }

  static final class Unsendable2 extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;
    final Object socket = new java.net.Socket();

    Unsendable2(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static final class Hostile extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;
    final Object socket = new java.net.Socket();

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message for you");
    }
  }

  static final class OwnCause extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable initCause(Throwable cause) {
      throw new UnsupportedOperationException();
    }
  }

  static final class Quiet extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Quiet() {
      super("quiet", null, false, false);
    }
  }

  static final class MyFile extends FileSystemException {
    @Serial private static final long serialVersionUID = 1;
    final int extra = 5;

    MyFile() {
      super("f", "g", "r");
    }
  }

  static Stream<Throwable> jdkThrowables() {
    return Stream.of(
        new Throwable("t"),
        new Exception(),
        new RuntimeException((String) null),
        new Error("e"),
        new IllegalArgumentException("x"),
        new StackOverflowError(),
        new OutOfMemoryError("m"),
        new AssertionError("a", new IOException("c")),
        new NullPointerException(),
        new NullPointerException("explicit"),
        helpfulNullPointer(),
        new IOException("io"),
        new FileNotFoundException("f"),
        new UncheckedIOException("u", new IOException("v")),
        new ExecutionException("e", new IOException("c")),
        new ExecutionException(new IOException()),
        new CompletionException("c", new Error()),
        new CancellationException("c"),
        new InterruptedException("i"),
        new SocketTimeoutException("s"),
        new ClassCastException("c"),
        new ArrayIndexOutOfBoundsException(3),
        new ArithmeticException("/ by zero"),
        new ConcurrentModificationException(),
        new NoSuchElementException("n", new Error("e")),
        new FileSystemException("a", "b", "c"),
        new NoSuchFileException("a"),
        new AccessDeniedException("a", null, "r"),
        new URISyntaxException("in", "reason", 3),
        thrownBy(() -> URI.create("::")),
        thrownBy(() -> LocalDate.parse("x")),
        thrownBy(() -> Pattern.compile("(")),
        thrownBy(() -> String.format("%Q")),
        thrownBy(() -> String.format("%d", "x")),
        thrownBy(() -> Integer.parseInt("x")),
        thrownBy(() -> ResourceBundle.getBundle("nowhere")),
        new ParseException("p", 4),
        new DateTimeParseException("d", "text", 2),
        new PatternSyntaxException("d", "p", 1),
        new InvalidPathException("in", "r", 2),
        new MalformedInputException(3),
        new UnsupportedCharsetException("u"),
        new SQLException("s", "state", 5),
        new SQLTimeoutException("s", "state", 6),
        new MissingResourceException("m", "c", "k"),
        new InvocationTargetException(new IOException("t"), "m"),
        new InvocationTargetException(new IOException("t")),
        new TypeNotPresentException("T", new ClassNotFoundException("T")),
        new EnumConstantNotPresentException(Thread.State.class, "X"),
        new IllegalFormatPrecisionException(3),
        new UnknownFormatConversionException("q"),
        new ClassNotFoundException("c"),
        new NoClassDefFoundError("n"),
        new ExceptionInInitializerError("x"),
        new LinkageError("l"),
        new InternalError("i"));
  }

  @ParameterizedTest
  @MethodSource("jdkThrowables")
  void throwablesOfTheJdkArriveAsTheirOwnType(Throwable thrown) {
    Throwable copy = pipe.copyThrowable(thrown);
    assertThat(copy).hasSameClassAs(thrown).hasToString(thrown.toString());
    assertThat(ThrowableText.stackTrace(copy)).isEqualTo(ThrowableText.stackTrace(thrown));
  }

  @Test
  void detailsOfTheJdksThrowablesAreKept() {
    FileSystemException file = pipe.copyThrowable(new FileSystemException("a", "b", "c"));
    assertThat(file.getOtherFile()).isEqualTo("b");
    SQLException sql = new SQLException("s", "state", 5, new IOException("c"));
    sql.setNextException(new SQLException("next", "st", 6));
    SQLException copy = pipe.copyThrowable(sql);
    assertThat(copy.getSQLState()).isEqualTo("state");
    assertThat(copy.getErrorCode()).isEqualTo(5);
    assertThat((Throwable) copy.getNextException()).hasMessage("next");
    assertThat(copy.getCause()).hasMessage("c");
    BatchUpdateException batch =
        pipe.copyThrowable(new BatchUpdateException("b", "st", 1, new int[] {1, 2}, null));
    assertThat(batch.getUpdateCounts()).containsExactly(1, 2);
    DateTimeParseException date = pipe.copyThrowable(new DateTimeParseException("d", "text", 2));
    assertThat(date.getParsedString()).isEqualTo("text");
    MyFile mine = pipe.copyThrowable(new MyFile());
    assertThat(mine.getReason()).isEqualTo("r");
    assertThat(mine.extra).isEqualTo(5);
  }

  @Test
  void aTypeOfTheUsersArrivesWithItsFieldsCauseAndSuppressed() {
    Failure failure = new Failure(7, "why", List.of("a", "b"), new IOException("cause"));
    failure.addSuppressed(new IllegalStateException("suppressed"));
    Failure copy = pipe.copyThrowable(failure);
    assertThat(copy).hasMessage("failed with 7: why");
    assertThat(copy.code).isEqualTo(7);
    assertThat(copy.details).containsExactly("a", "b");
    assertThat(copy.thread).isNull();
    assertThat(copy.getCause()).isInstanceOf(IOException.class).hasMessage("cause");
    assertThat(copy.getSuppressed())
        .singleElement()
        .satisfies(each -> assertThat(each).hasMessage("suppressed"));
    assertThat(copy.getStackTrace()[0].getClassName()).isEqualTo(getClass().getName());
  }

  @Test
  void anOverriddenMessageIsNotDecoratedTwice() {
    assertThat(pipe.<Decorated>copyThrowable(new Decorated("x")))
        .hasMessage("<<failed with 1: x>>");
  }

  @Test
  void causesAndSuppressedMayBeCyclic() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);
    a.addSuppressed(b);
    Throwable copy = pipe.copyThrowable(a);
    assertThat(copy.getCause().getCause()).isSameAs(copy);
    assertThat(copy.getSuppressed()[0]).isSameAs(copy.getCause());
  }

  @Test
  void aThrowableThatRefusesInitCauseArrives() {
    OwnCause own = new OwnCause();
    Throwable copy = pipe.copyThrowable(new RuntimeException("outer", own));
    assertThat(copy.getCause()).isInstanceOf(OwnCause.class);
  }

  @Test
  void aThrowableWithoutStackTraceArrives() {
    assertThat(pipe.<Quiet>copyThrowable(new Quiet())).hasMessage("quiet");
  }

  @Test
  void aFieldThatCannotTravelTurnsThatThrowableIntoText() {
    Throwable thrown =
        new Failure(3, "outer", List.of(), new Unsendable2("inner", new IOException("root")));
    Failure copy = pipe.copyThrowable(thrown);
    assertThat(copy.code).isEqualTo(3);
    assertThat(copy.getCause()).isInstanceOf(RemoteFailureException.class);
    RemoteFailureException text = (RemoteFailureException) copy.getCause();
    assertThat(text.remoteClassName()).isEqualTo(Unsendable2.class.getName());
    assertThat(text.remoteMessage()).isEqualTo("inner");
    assertThat(text.remoteStackTrace())
        .contains("ThrowablesTest", "Caused by: java.io.IOException: root");
    assertThat(text.execution()).isEqualTo(Execution.EXECUTED);
    assertThat(text).hasMessageContaining("worker there");
    assertThat(text.getCause()).isInstanceOf(IOException.class).hasMessage("root");
  }

  @Test
  void aThrowableWhoseOwnCodeFailsArrivesAsText() {
    RemoteFailureException copy = pipe.copyThrowable(new Hostile());
    assertThat(copy.remoteClassName()).isEqualTo(Hostile.class.getName());
    assertThat(copy.remoteMessage()).contains("getMessage() threw");
  }

  @Test
  void aThrowableOfAClassThatOneSideDoesNotAllowArrivesAsText() {
    Codec strict = Pipe.codec(new AllowList(List.of("other"), false), io.farref.Limits.DEFAULT);
    Codec open = pipe.from;
    Failure thrown = new Failure(3, "x", List.of("d"), new IOException("root"));
    for (Pipe each : List.of(new Pipe(strict, open), new Pipe(open, strict))) {
      RemoteFailureException copy = each.copyThrowable(thrown);
      assertThat(copy.remoteClassName()).isEqualTo(Failure.class.getName());
      assertThat(copy.remoteMessage()).isEqualTo("failed with 3: x");
      assertThat(copy.remoteStackTrace()).contains("at io.farref");
      assertThat(copy.getCause()).isInstanceOf(IOException.class).hasMessage("root");
    }
    RemoteFailureException refused = new Pipe(open, strict).copyThrowable(thrown);
    assertThat(refused.getSuppressed()[0]).hasMessageContaining("is not allowed");
  }

  @Test
  void onlyTheCauseWhoseClassIsMissingArrivesAsText() {
    Compiled one =
        Compiled.of(
            "acme.Gone",
            """
            package acme;
            public class Gone extends RuntimeException {
              final java.util.List<Object> shared;
              Gone(java.util.List<Object> shared, Throwable cause) { super("gone", cause); this.shared = shared; }
              static Object make() {
                java.util.List<Object> shared = new java.util.ArrayList<>(java.util.List.of(1, "x"));
                return new IllegalStateException("outer", new Gone(shared, new java.io.IOException("root")));
              }
            }
            """);
    Pipe pipe =
        new Pipe(
            one.codec("acme"),
            Pipe.codec(new AllowList(List.of("acme"), false), io.farref.Limits.DEFAULT));
    Throwable copy = pipe.copyThrowable((Throwable) one.call("acme.Gone", "make"));
    assertThat(copy).isInstanceOf(IllegalStateException.class).hasMessage("outer");
    assertThat(((RemoteFailureException) copy.getCause()).remoteClassName()).isEqualTo("acme.Gone");
    assertThat(copy.getCause().getCause()).isInstanceOf(IOException.class).hasMessage("root");
  }

  @Test
  void exceptionsOfTheLibraryKeepTheirExecution() {
    RpcTimeoutException timeout =
        pipe.copyThrowable(new RpcTimeoutException("late", Execution.MAYBE_EXECUTED));
    assertThat(timeout.execution()).isEqualTo(Execution.MAYBE_EXECUTED);
    WorkerLostException lost =
        pipe.copyThrowable(
            new WorkerLostException("lost", new IOException("c"), Execution.NOT_EXECUTED));
    assertThat(lost.safeToRetry()).isTrue();
    assertThat(lost.getCause()).hasMessage("c");
    RemoteFailureException failure =
        pipe.copyThrowable(new RemoteFailureException("w", "C", "m", "stack"));
    assertThat(failure.remoteStackTrace()).isEqualTo("stack");
    assertThat(failure.remoteClassName()).isEqualTo("C");
  }

  @Test
  void aLongChainOfCausesArrives() {
    Throwable chain = new Exception("0");
    for (int i = 1; i < 5_000; i++) {
      chain = new Quiet2(i, chain);
    }
    int length = 0;
    for (Throwable each = pipe.copyThrowable(chain); each != null; each = each.getCause()) {
      length++;
    }
    assertThat(length).isEqualTo(5_000);
  }

  static final class Quiet2 extends Exception {
    @Serial private static final long serialVersionUID = 1;

    Quiet2(int i, Throwable cause) {
      super("" + i, cause, false, false);
    }
  }

  @Test
  void manyThrowablesThatCannotTravelAreWrittenInLinearTime() {
    Throwable chain = null;
    for (int i = 0; i < 40; i++) {
      chain = new Unsendable2("" + i, chain);
      chain.addSuppressed(chain.getCause() == null ? new Exception() : chain.getCause());
    }
    int length = 0;
    for (Throwable each = pipe.copyThrowable(chain); each != null; each = each.getCause()) {
      length++;
    }
    assertThat(length).isEqualTo(40);
  }

  @Test
  void aThrowableIsAValueToo() {
    List<Throwable> copy = pipe.copy(List.of(new Failure(1, "x", List.of(), null)));
    assertThat(((Failure) copy.get(0)).code).isEqualTo(1);
    assertThatThrownBy(() -> pipe.copy(List.of(new Unsendable2("x", null))))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("java.net.Socket")
        .hasMessageContaining("[0] -> ThrowablesTest$Unsendable2.socket");
  }

  @Test
  void aValueIsNotAThrowable() {
    Output out = new Output(8);
    pipe.from.write(5, out, pipe.new Message());
    assertThatThrownBy(
            () -> pipe.to.readThrowable(new Input(out.toByteArray()), pipe.new Message(), "w"))
        .hasMessageContaining("wanted a throwable");
  }

  private static Throwable thrownBy(Runnable body) {
    try {
      body.run();
      throw new AssertionError("threw nothing");
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static Throwable helpfulNullPointer() {
    String[] array = new String[1];
    return thrownBy(() -> array[0].length());
  }
}
