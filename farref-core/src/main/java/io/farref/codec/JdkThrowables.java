package io.farref.codec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How to make the JDK's throwables that have more than a message, a cause and suppressed ones: by a
 * constructor, whose arguments their getters give. The classes are named as text, since some are in
 * modules that may be absent. Any other value that has a getter is set afterwards.
 */
final class JdkThrowables {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("String", String.class),
          Map.entry("CharSequence", CharSequence.class),
          Map.entry("int", int.class),
          Map.entry("char", char.class),
          Map.entry("Class", Class.class),
          Map.entry("Throwable", Throwable.class),
          Map.entry("Exception", Exception.class),
          Map.entry("Error", Error.class),
          Map.entry("RuntimeException", RuntimeException.class),
          Map.entry("int[]", int[].class));

  // The class, then for each parameter of the constructor its type and the getter of its value.
  // Last, the setter and getter of a value set afterwards.
  private static final String TABLE =
      """
      java.lang.EnumConstantNotPresentException Class enumType String constantName
      java.lang.TypeNotPresentException String typeName Throwable getCause
      java.lang.annotation.IncompleteAnnotationException Class annotationType String elementName
      java.lang.reflect.InvocationTargetException Throwable getTargetException String getMessage
      java.net.HttpRetryException String getReason int responseCode String getLocation
      java.net.URISyntaxException String getInput String getReason int getIndex
      java.nio.charset.IllegalCharsetNameException String getCharsetName
      java.nio.charset.UnsupportedCharsetException String getCharsetName
      java.nio.charset.MalformedInputException int getInputLength
      java.nio.charset.UnmappableCharacterException int getInputLength
      java.nio.file.FileSystemException String getFile String getOtherFile String getReason
      java.nio.file.InvalidPathException String getInput String getReason int getIndex
      java.nio.file.attribute.UserPrincipalNotFoundException String getName
      java.util.DuplicateFormatFlagsException String getFlags
      java.util.FormatFlagsConversionMismatchException String getFlags char getConversion
      java.util.IllegalFormatCodePointException int getCodePoint
      java.util.IllegalFormatConversionException char getConversion Class getArgumentClass
      java.util.IllegalFormatFlagsException String getFlags
      java.util.IllegalFormatPrecisionException int getPrecision
      java.util.IllegalFormatWidthException int getWidth
      java.util.MissingFormatArgumentException String getFormatSpecifier
      java.util.MissingFormatWidthException String getFormatSpecifier
      java.util.UnknownFormatConversionException String getConversion
      java.util.UnknownFormatFlagsException String getFlags
      java.util.MissingResourceException String getMessage String getClassName String getKey
      java.util.regex.PatternSyntaxException String getDescription String getPattern int getIndex
      java.text.ParseException String getMessage int getErrorOffset
      java.time.format.DateTimeParseException String getMessage CharSequence getParsedString int getErrorIndex
      java.sql.BatchUpdateException String getMessage String getSQLState int getErrorCode int[] getUpdateCounts Throwable getCause setNextException getNextException
      java.sql.SQLException String getMessage String getSQLState int getErrorCode setNextException getNextException
      javax.management.MBeanException Exception getTargetException String getMessage
      javax.management.ReflectionException Exception getTargetException String getMessage
      javax.management.RuntimeErrorException Error getTargetError String getMessage
      javax.management.RuntimeMBeanException RuntimeException getTargetException String getMessage
      javax.management.RuntimeOperationsException RuntimeException getTargetException String getMessage
      """;

  private static final Map<String, String> PLANS =
      TABLE
          .lines()
          .collect(
              Collectors.toUnmodifiableMap(
                  line -> line.substring(0, line.indexOf(' ')), line -> line));

  private JdkThrowables() {}

  /** How one class of the JDK is made. */
  static final class Plan {
    private static final Plan MESSAGE =
        new Plan(Throwable.class, new Class<?>[] {String.class}, List.of(), null, null);

    private final Class<?> base;
    private final Class<?>[] parameters;
    private final List<Method> getters;
    private final @Nullable Method setter;
    private final @Nullable Method getter;

    private Plan(
        Class<?> base,
        Class<?>[] parameters,
        List<Method> getters,
        @Nullable Method setter,
        @Nullable Method getter) {
      this.base = base;
      this.parameters = parameters;
      this.getters = getters;
      this.setter = setter;
      this.getter = getter;
    }

    /** Whether the constructor takes the message only. */
    boolean byMessage() {
      return getters.isEmpty();
    }

    /** How many arguments the constructor takes besides the message. */
    int arity() {
      return getters.size();
    }

    /** Whether a class has no other state, so that a rebuilt instance is like the original. */
    boolean covers(Class<?> jdkClass) {
      for (Class<?> each = jdkClass; each != base && each != Throwable.class; ) {
        if (Arrays.stream(each.getDeclaredFields()).anyMatch(FieldAccess::travels)
            || Arrays.stream(each.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("getMessage"))) {
          return each == NullPointerException.class;
        }
        each = each.getSuperclass();
      }
      return true;
    }

    /** Makes the instantiator of a class of the JDK or one that extends it. */
    Instantiator instantiator(Class<?> type) {
      try {
        return Instantiator.of(type, base, parameters);
      } catch (NoSuchMethodException e) {
        throw new AssertionError("the table of throwables is wrong about " + base, e);
      }
    }

    /** The arguments of the constructor. */
    @Nullable Object[] arguments(Throwable throwable) {
      @Nullable Object[] arguments = new Object[getters.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = get(getters.get(i), throwable);
      }
      return arguments;
    }

    /** The value that is set afterwards; null if there is none. */
    @Nullable Object extra(Throwable throwable) {
      return getter == null ? null : get(getter, throwable);
    }

    /** Sets that value. */
    void setExtra(Throwable throwable, Object value) {
      if (setter == null) {
        throw Errors.encoding(base.getName() + " has nothing else to set");
      }
      try {
        setter.invoke(throwable, value);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw Errors.encoding("cannot rebuild a " + base.getName(), e);
      }
    }

    private static @Nullable Object get(Method getter, Throwable throwable) {
      try {
        return getter.invoke(throwable);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw Unsendable.failed(DisplayNames.of(throwable), getter.getName() + "() failed", e);
      }
    }
  }

  /** The plan for a class of the JDK: that of its nearest superclass that has one. */
  static Plan plan(Class<?> jdkClass) {
    for (Class<?> each = jdkClass; each != null; each = each.getSuperclass()) {
      String line = PLANS.get(each.getName());
      if (line != null) {
        return parse(each, line);
      }
    }
    return Plan.MESSAGE;
  }

  private static Plan parse(Class<?> type, String line) {
    List<Class<?>> parameters = new ArrayList<>();
    List<Method> getters = new ArrayList<>();
    Method setter = null;
    Method getter = null;
    Scanner words = new Scanner(line);
    words.next();
    while (words.hasNext()) {
      String word = words.next();
      Class<?> parameter = TYPES.get(word);
      if (parameter != null) {
        parameters.add(parameter);
        getters.add(method(type, words.next()));
      } else {
        getter = method(type, words.next());
        setter = method(type, word, getter.getReturnType());
      }
    }
    return new Plan(type, parameters.toArray(Class<?>[]::new), getters, setter, getter);
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters) {
    try {
      return type.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("the table of throwables is wrong about " + type, e);
    }
  }
}
