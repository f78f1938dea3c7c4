package io.farref;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Prints what callers and subclasses see of classes, one line a member, in a fixed order. */
final class ApiDump {
  private final StringBuilder out = new StringBuilder();

  private ApiDump() {}

  /** All classes of the package of one of them. */
  static String of(Class<?> member) throws IOException {
    try {
      Path root = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path directory = root.resolve(member.getPackageName().replace('.', '/'));
      List<Class<?>> classes = new ArrayList<>();
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = file.getFileName().toString();
          if (name.endsWith(".class") && !name.equals("package-info.class")) {
            String simple = name.substring(0, name.length() - ".class".length());
            classes.add(
                Class.forName(
                    member.getPackageName() + "." + simple, false, member.getClassLoader()));
          }
        }
      }
      return of(classes);
    } catch (URISyntaxException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** These classes, so far as they can be seen. */
  static String of(Collection<Class<?>> classes) {
    ApiDump dump = new ApiDump();
    classes.stream()
        .filter(ApiDump::isSeen)
        .sorted((a, b) -> a.getName().compareTo(b.getName()))
        .forEach(dump::print);
    return dump.out.toString();
  }

  private static boolean isSeen(Class<?> type) {
    return isSeen(type.getModifiers())
        && (type.getDeclaringClass() == null || isSeen(type.getDeclaringClass()));
  }

  private static boolean isSeen(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private void print(Class<?> type) {
    if (!out.isEmpty()) {
      out.append('\n');
    }
    out.append(header(type)).append('\n');
    if (type.isEnum()) {
      out.append("  ");
      out.append(Stream.of(type.getEnumConstants()).map(Object::toString).collect(joining(", ")));
      out.append('\n');
    }
    lines(type.getDeclaredConstructors(), constructor -> signature(type, constructor));
    lines(type.getDeclaredFields(), field -> field.isEnumConstant() ? "" : signature(field));
    lines(
        type.getDeclaredMethods(), method -> isOfEveryEnum(type, method) ? "" : signature(method));
  }

  private <M extends Member> void lines(M[] members, java.util.function.Function<M, String> print) {
    Arrays.stream(members)
        .filter(member -> isSeen(member.getModifiers()) && !member.isSynthetic())
        .map(print)
        .filter(line -> !line.isEmpty())
        .sorted((a, b) -> sortKey(a).compareTo(sortKey(b)))
        .forEach(line -> out.append("  ").append(line).append('\n'));
  }

  /** The name and what follows, so that overloads stand together. */
  private static String sortKey(String signature) {
    int end = signature.indexOf('(');
    int start = signature.lastIndexOf(' ', end < 0 ? signature.length() : end);
    return signature.substring(start + 1) + signature;
  }

  private static String header(Class<?> type) {
    StringBuilder line = new StringBuilder();
    int modifiers = type.getModifiers() & ~Modifier.INTERFACE;
    if (type.isInterface()) {
      modifiers &= ~Modifier.ABSTRACT;
    }
    if (type.isEnum() || type.isRecord()) {
      modifiers &= ~Modifier.FINAL;
    }
    if (type.getDeclaringClass() != null) {
      modifiers &= ~Modifier.STATIC;
    }
    line.append(words(Modifier.toString(modifiers)));
    line.append(type.isSealed() ? "sealed " : "");
    line.append(kind(type)).append(' ').append(type.getName());
    line.append(typeParameters(type.getTypeParameters()));
    if (type.isRecord()) {
      line.append(
          Arrays.stream(type.getRecordComponents())
              .map(ApiDump::component)
              .collect(joining(", ", "(", ")")));
    }
    AnnotatedType parent = type.getAnnotatedSuperclass();
    if (parent != null && !type.isEnum() && !type.isRecord() && parent.getType() != Object.class) {
      line.append(" extends ").append(text(parent));
    }
    AnnotatedType[] interfaces = type.getAnnotatedInterfaces();
    if (interfaces.length > 0) {
      line.append(type.isInterface() ? " extends " : " implements ").append(texts(interfaces));
    }
    return line.toString();
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) {
      return "@interface";
    } else if (type.isInterface()) {
      return "interface";
    } else if (type.isEnum()) {
      return "enum";
    }
    return type.isRecord() ? "record" : "class";
  }

  private static String component(RecordComponent component) {
    return text(component.getAnnotatedType()) + " " + component.getName();
  }

  private static String signature(Field field) {
    return modifiers(field, Modifier.fieldModifiers())
        + text(field.getAnnotatedType())
        + " "
        + field.getName();
  }

  private static String signature(Class<?> type, Constructor<?> constructor) {
    return modifiers(constructor, Modifier.constructorModifiers())
        + typeParameters(constructor.getTypeParameters(), " ")
        + type.getName()
        + parameters(constructor);
  }

  private static String signature(Method method) {
    return modifiers(method, Modifier.methodModifiers() & ~Modifier.SYNCHRONIZED)
        + (method.isDefault() ? "default " : "")
        + typeParameters(method.getTypeParameters(), " ")
        + text(method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + parameters(method);
  }

  private static String parameters(Executable executable) {
    String list = texts(executable.getAnnotatedParameterTypes());
    if (executable.isVarArgs()) {
      list = list.substring(0, list.length() - "[]".length()) + "...";
    }
    AnnotatedType[] thrown = executable.getAnnotatedExceptionTypes();
    return "(" + list + ")" + (thrown.length == 0 ? "" : " throws " + texts(thrown));
  }

  private static String modifiers(Member member, int mask) {
    int modifiers = member.getModifiers() & mask;
    if (member.getDeclaringClass().isInterface()) {
      modifiers &= ~Modifier.ABSTRACT;
    }
    return words(Modifier.toString(modifiers));
  }

  private static String typeParameters(TypeVariable<?>[] variables, String after) {
    String list = typeParameters(variables);
    return list.isEmpty() ? "" : list + after;
  }

  private static String typeParameters(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables).map(ApiDump::declaration).collect(joining(", ", "<", ">"));
  }

  private static String declaration(TypeVariable<?> variable) {
    String bounds =
        Arrays.stream(variable.getAnnotatedBounds())
            .filter(bound -> bound.getType() != Object.class || hasAnnotation(bound))
            .map(ApiDump::text)
            .collect(joining(" & "));
    return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
  }

  private static boolean hasAnnotation(AnnotatedElement element) {
    return element.getAnnotations().length > 0;
  }

  private static String texts(AnnotatedType[] types) {
    return Arrays.stream(types).map(ApiDump::text).collect(joining(", "));
  }

  private static String text(AnnotatedType type) {
    return type.toString().replaceAll("@org\\.jspecify\\.annotations\\.(\\w+)\\(\\)", "@$1");
  }

  private static String words(String modifiers) {
    return modifiers.isEmpty() ? "" : modifiers + " ";
  }

  private static boolean isOfEveryEnum(Class<?> type, Method method) {
    return type.isEnum()
        && (method.getName().equals("values") || method.getName().equals("valueOf"));
  }
}
