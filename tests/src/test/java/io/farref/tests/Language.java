package io.farref.tests;

import groovy.lang.GroovyClassLoader;
import io.farref.RemoteCallable;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.jspecify.annotations.NullMarked;

/** Other languages: a program in each, whose functions say from which build they are. */
enum Language {
  KOTLIN(
      "acme.JobKt",
      "Job.kt",
      """
      package acme
      import io.farref.RemoteCallable
      typealias Fn = RemoteCallable<String, RuntimeException>
      fun lambda(): Fn = Fn { "%1$s" }
      fun capturing(): Fn { val k = 3; return Fn { "%1$s" + (k - k) } }
      fun nested(): Fn { val inner = Fn { "%1$s" }; return Fn { inner.call() } }
      fun anonymous(): Fn = object : Fn { override fun call() = "%1$s" }
      fun localClass(): Fn { class Local : Fn { override fun call() = "%1$s" }; return Local() }
      fun localFunction(): Fn { fun local(): String { return "%1$s" }; return Fn { local() } }
      fun adapterOfMethodReference(): Fn = Fn(::text)
      fun namedClass(): Fn = Named()
      fun text() = "%1$s"
      class Named : Fn { override fun call() = "%1$s" }
      fun namedMember(): Fn = Outer.Step2()
      class Outer { class Step2 : Fn { override fun call() = "%1$s" } }
      """) {
    @Override
    void compile(Path source, Path to) {
      compileKotlin(source, to);
    }
  },
  /** With the options that make functions by the JDK's means where that is possible. */
  KOTLIN_BY_INVOKEDYNAMIC(KOTLIN.program, KOTLIN.file, KOTLIN.source) {
    @Override
    void compile(Path source, Path to) {
      compileKotlin(source, to, "-Xlambdas=indy", "-Xsam-conversions=indy");
    }
  },
  SCALA(
      "acme.Job",
      "Job.scala",
      """
      package acme
      import io.farref.RemoteCallable
      object Job {
        type Fn = RemoteCallable[String, RuntimeException]
        def lambda(): Fn = () => "%1$s"
        def capturing(): Fn = { val k = lambda().hashCode; () => "%1$s" + (k - k) }
        def nested(): Fn = { val inner: Fn = () => "%1$s"; () => inner.call() }
        def anonymous(): Fn = new RemoteCallable[String, RuntimeException] { def call() = "%1$s" }
        def localClass(): Fn = {
          class Local extends RemoteCallable[String, RuntimeException] { def call() = "%1$s" }
          new Local
        }
        def localFunction(): Fn = { def local() = "%1$s"; () => local() }
        def namedClass(): Fn = new Named
        def namedMember(): Fn = new Step2
        class Step2 extends RemoteCallable[String, RuntimeException] { def call() = "%1$s" }
        def text() = "%1$s"
      }
      class Named extends RemoteCallable[String, RuntimeException] { def call() = "%1$s" }
      """) {
    @Override
    void compile(Path source, Path to) {
      String[] arguments = {"-nowarn", "-cp", classPath(), "-d", to.toString(), source.toString()};
      scala.tools.nsc.Main.process(arguments);
      if (scala.tools.nsc.Main.reporter().hasErrors()) {
        throw new AssertionError("does not compile: " + source);
      }
    }
  },
  GROOVY(
      "acme.Job",
      "Job.groovy",
      """
      package acme
      import io.farref.RemoteCallable
      @groovy.transform.CompileStatic
      class Job {
        static RemoteCallable<String, RuntimeException> lambda() { return () -> "%1$s".toString() }
        static RemoteCallable<String, RuntimeException> capturing() {
          int k = 3
          return () -> "%1$s".toString() + (k - k)
        }
        static RemoteCallable<String, RuntimeException> anonymous() {
          return new RemoteCallable<String, RuntimeException>() { String call() { "%1$s" } }
        }
        static RemoteCallable<String, RuntimeException> closure() {
          return new Holder({ -> "%1$s" })
        }
        static RemoteCallable<String, RuntimeException> namedClass() { return new Named() }
        static RemoteCallable<String, RuntimeException> namedMember() { return new Step2() }
        static class Step2 implements RemoteCallable<String, RuntimeException> {
          String call() { "%1$s" }
        }
      }
      @groovy.transform.CompileStatic
      class Holder implements RemoteCallable<String, RuntimeException> {
        final Closure<String> closure
        Holder(Closure<String> closure) { this.closure = closure.dehydrate() }
        String call() { return (String) closure.getClass().getMethod("doCall").invoke(closure) }
      }
      class Named implements RemoteCallable<String, RuntimeException> { String call() { "%1$s" } }
      """) {
    @Override
    void compile(Path source, Path to) throws IOException {
      CompilerConfiguration options = new CompilerConfiguration();
      options.setTargetDirectory(to.toFile());
      options.setClasspath(classPath());
      try (GroovyClassLoader loader = new GroovyClassLoader(Language.class.getClassLoader())) {
        CompilationUnit unit = new CompilationUnit(options, null, loader);
        unit.addSource(source.toFile());
        unit.compile();
      }
    }
  };

  final String program;
  private final String file;
  private final String source;

  Language(String program, String file, String source) {
    this.program = program;
    this.file = file;
    this.source = source;
  }

  abstract void compile(Path source, Path to) throws IOException;

  /** The names of the program's functions. */
  List<String> functions() {
    return source
        .lines()
        .filter(line -> line.matches("\\s*(fun|def|static .*>) \\w+\\(\\).*"))
        .filter(line -> !line.contains(" text("))
        .map(line -> line.replaceAll("^.*?(\\w+)\\(\\).*$", "$1"))
        .toList();
  }

  /** Compiles the program under this name of a build; returns where its classes are. */
  Path build(Path directory, String name) throws IOException {
    Path classes = Files.createDirectory(directory.resolve(name));
    compile(Files.writeString(directory.resolve(file), source.formatted(name)), classes);
    return classes;
  }

  /** The program of a build, in a loader of its own. */
  Class<?> load(Path classes) throws IOException, ClassNotFoundException {
    URL[] urls = {classes.toUri().toURL()};
    return Class.forName(program, true, new URLClassLoader(urls, Language.class.getClassLoader()));
  }

  private static void compileKotlin(Path source, Path to, String... options) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "-no-stdlib",
                    "-no-reflect",
                    "-nowarn",
                    "-cp",
                    classPath(),
                    "-d",
                    to.toString(),
                    source.toString()),
                Stream.of(options))
            .toList();
    ExitCode code = new K2JVMCompiler().exec(System.err, arguments.toArray(String[]::new));
    if (code != ExitCode.OK) {
      throw new AssertionError("does not compile: " + source + ": " + code);
    }
  }

  private static String classPath() {
    return Stream.of(RemoteCallable.class, NullMarked.class, kotlin.Unit.class, scala.Option.class)
        .map(
            type -> {
              try {
                return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
              } catch (URISyntaxException e) {
                throw new AssertionError(e);
              }
            })
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
