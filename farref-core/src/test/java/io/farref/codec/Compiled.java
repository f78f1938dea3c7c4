package io.farref.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes compiled from source, in a loader of their own: one build of a program. */
final class Compiled extends ClassLoader {
  private final Map<String, byte[]> classes = new HashMap<>();
  private boolean hiding;

  private Compiled() {
    super(Compiled.class.getClassLoader());
  }

  /** Compiles classes, given as name and source in turn. */
  static Compiled of(String... namesAndSources) {
    Compiled loader = new Compiled();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Source> sources =
        IntStream.range(0, namesAndSources.length / 2)
            .mapToObj(i -> new Source(namesAndSources[2 * i], namesAndSources[2 * i + 1]))
            .toList();
    JavaFileManager files = compiler.getStandardFileManager(null, null, null);
    List<String> options = List.of("-cp", System.getProperty("java.class.path"));
    boolean compiled =
        compiler
            .getTask(null, new Memory(files, loader.classes), null, options, null, sources)
            .call();
    if (!compiled) {
      throw new AssertionError("does not compile: " + List.of(namesAndSources));
    }
    return loader;
  }

  /** Calls a static method without arguments. */
  Object call(String className, String method) {
    try {
      var found = loadClass(className).getDeclaredMethod(method);
      found.setAccessible(true);
      return found.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(className + "." + method, e);
    }
  }

  /** A codec of a worker that runs this build. */
  Codec codec(String... packages) {
    return new Codec(
        new AllowList(List.of(packages), false), io.farref.Limits.DEFAULT, List.of(), this);
  }

  /** Whether a class was loaded. */
  boolean hasLoaded(String className) {
    return findLoadedClass(className) != null;
  }

  /** Removes a class, as if this build did not have it. */
  Compiled without(String className) {
    classes.remove(className);
    return this;
  }

  /** From now on shows no class file, as the loader of an agent or a script might. */
  Compiled hidingClassFiles() {
    hiding = true;
    return this;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    byte[] bytes = hiding ? null : classes.get(name.replace(".class", "").replace('/', '.'));
    return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("memory:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, byte[]> classes;

    Memory(JavaFileManager files, Map<String, byte[]> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              classes.put(name, toByteArray());
            }
          };
        }
      };
    }
  }
}
