package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RefusedException;
import java.io.Serial;
import java.io.Serializable;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ArrayRecordComponent") // they travel too
class ClassesTest {
  private final transient Pipe pipe = Pipe.of();

  static class Base {
    private final String name;
    private final int same = 1;

    Base(String name) {
      this.name = name;
    }
  }

  static final class All extends Base {
    boolean z = true;
    byte b = -1;
    short s = -2;
    char c = '\uFFFF';
    int i = Integer.MIN_VALUE;
    long j = Long.MIN_VALUE;
    float f = Float.MIN_VALUE;
    double d = -0.0;
    String text = "t";
    Object any = 5;
    private final int same = 2;
    private final List<String> list = new ArrayList<>(List.of("x"));
    transient int passing = 7;
    static int shared = 3;

    All(String name) {
      super(name);
    }
  }

  static final class Explosive {
    final int x;

    Explosive() {
      throw new IllegalStateException("constructed");
    }

    Explosive(int x) {
      this.x = x;
    }
  }

  record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException("not positive: " + value);
      }
    }
  }

  record Many(boolean z, byte b, short s, char c, int i, long j, float f, double d, int... rest) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Many m
          && z == m.z
          && b == m.b
          && s == m.s
          && c == m.c
          && i == m.i
          && j == m.j
          && f == m.f
          && d == m.d
          && Arrays.equals(rest, m.rest);
    }

    @Override
    public int hashCode() {
      return i;
    }
  }

  enum Shape {
    ROUND {
      @Override
      int corners() {
        return 0;
      }
    },
    SQUARE;

    int corners() {
      return 4;
    }
  }

  final class Inner {
    int x = 5;

    ClassesTest outer() {
      return ClassesTest.this;
    }
  }

  static final class Cache extends LinkedHashMap<String, Integer> {
    @Serial private static final long serialVersionUID = 1;
    private final int max;

    Cache(int max) {
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > max;
    }
  }

  static final class Sorted extends TreeMap<String, Integer> {
    @Serial private static final long serialVersionUID = 1;

    Sorted() {
      super(String.CASE_INSENSITIVE_ORDER);
    }
  }

  static final class Range extends AbstractList<Integer> {
    private final int size;

    Range(int size) {
      this.size = size;
    }

    @Override
    public Integer get(int index) {
      return index;
    }

    @Override
    public int size() {
      return size;
    }
  }

  @Test
  void fieldsOfAllTypesTravelAlsoInheritedAndFinalOnes() {
    All all = new All("n");
    all.passing = 8;
    all.list.add("y");
    All copy = pipe.copy(all);
    assertThat(copy).usingRecursiveComparison().ignoringFields("passing").isEqualTo(all);
    assertThat(((Base) copy).name).isEqualTo("n");
    assertThat(((Base) copy).same).isEqualTo(1);
    assertThat(copy.same).isEqualTo(2);
    assertThat(copy.c).isEqualTo('\uFFFF');
    assertThat(copy.passing).as("a transient field").isZero();
  }

  @Test
  void noConstructorRuns() {
    assertThat(pipe.copy(new Explosive(5)).x).isEqualTo(5);
  }

  @Test
  void aRecordIsMadeByItsConstructor() {
    Many many = new Many(true, (byte) 1, (short) 2, 'c', 4, 5, 6, 7, 8, 9);
    assertThat(pipe.copy(many)).isEqualTo(many);
    assertThat(pipe.copy(new Positive(3))).isEqualTo(new Positive(3));
    byte[] bytes = pipe.write(new Positive(3));
    bytes[bytes.length - 1] = 5; // -3
    assertThatThrownBy(() -> pipe.read(bytes))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("Positive")
        .hasMessageContaining("not positive: -3");
  }

  @Test
  void enumConstantsArriveAsTheSameConstantsAlsoThoseWithABody() {
    assertThat(pipe.copy(Shape.ROUND)).isSameAs(Shape.ROUND);
    assertThat(pipe.copy(Shape.SQUARE)).isSameAs(Shape.SQUARE);
    EnumMap<Shape, Integer> map = new EnumMap<>(Map.of(Shape.ROUND, 1));
    assertThat(pipe.copy(map)).isEqualTo(map);
    assertThat(pipe.copy(EnumSet.of(Shape.ROUND))).containsExactly(Shape.ROUND);
    EnumMap<Shape, Integer> empty = pipe.copy(new EnumMap<>(Shape.class));
    empty.put(Shape.ROUND, 1);
    assertThat(empty).hasSize(1);
  }

  @Test
  void innerLocalAndAnonymousClassesTravelWithTheirCapturedValues() {
    Inner copy = pipe.copy(new Inner());
    assertThat(copy.x).isEqualTo(5);
    assertThat(copy.outer()).isNotNull().isNotSameAs(this);
    int captured = pipe.hashCode();
    Object anonymous =
        new Object() {
          @Override
          public String toString() {
            return "captured " + captured;
          }
        };
    assertThat(pipe.copy(anonymous)).hasToString("captured " + captured);
  }

  @Test
  void subclassesOfStandardCollectionsKeepElementsAndFields() {
    Cache cache = new Cache(2);
    cache.put("a", 1);
    cache.put("b", 2);
    Cache copy = pipe.copy(cache);
    assertThat(copy).isEqualTo(cache);
    copy.put("c", 3);
    assertThat(copy).containsOnlyKeys("b", "c");
    Sorted sorted = new Sorted();
    sorted.put("a", 1);
    assertThat(pipe.copy(sorted)).containsEntry("A", 1);
    assertThat(pipe.copy(new Range(3))).containsExactly(0, 1, 2);
  }

  @Test
  void aClassWithoutShapeOfItsOwnTravelsAsAValue() {
    assertThat(pipe.copy(new Object[] {ClassesTest.class, Shape.class, Positive[].class}))
        .containsExactly(ClassesTest.class, Shape.class, Positive[].class);
  }

  @Test
  void aClassOfAnotherShapeIsRefusedNamingTheDifference() {
    Compiled one =
        Compiled.of(
            "acme.Thing",
            """
            package acme;
            public class Thing { int a; String b; static Object make() { return new Thing(); } }
            """);
    Compiled two = Compiled.of("acme.Thing", "package acme; public class Thing { long a; int c; }");
    Pipe differing = new Pipe(one.codec("acme"), two.codec("acme"));
    assertThatThrownBy(() -> differing.copy(one.call("acme.Thing", "make")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("class acme.Thing differs")
        .hasMessageContaining("only there: Thing.a:int, Thing.b:java.lang.String")
        .hasMessageContaining("only here: Thing.a:long, Thing.c:int");
    Pipe same = new Pipe(one.codec("acme"), one.codec("acme"));
    assertThat(same.copy(one.call("acme.Thing", "make"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {250, 251, 252, 253, 254})
  void aRecordWithAsManyComponentsAsAConstructorCanTakeTravels(int slots) {
    String ints =
        IntStream.range(0, slots).mapToObj(i -> "int i" + i).collect(Collectors.joining(", "));
    String longs =
        IntStream.range(0, slots / 2).mapToObj(i -> "long l" + i).collect(Collectors.joining(", "))
            + (slots % 2 == 0 ? "" : ", byte b");
    String make =
        """
         {
          static Object make() throws Exception {
            var all = %s.class.getDeclaredConstructors();
            Object[] x = new Object[all[0].getParameterCount()];
            for (int i = 0; i < x.length; i++) {
              var type = all[0].getParameterTypes()[i];
              x[i] = type == int.class ? (Object) i : type == long.class ? (Object) (long) i : (Object) (byte) i;
            }
            return all[0].newInstance(x);
          }
        }
        """;
    Compiled build =
        Compiled.of(
            "acme.I", "package acme; record I(" + ints + ")" + make.formatted("I"),
            "acme.L", "package acme; record L(" + longs + ")" + make.formatted("L"));
    Pipe pipe = new Pipe(build.codec("acme"), build.codec("acme"));
    for (String name : List.of("acme.I", "acme.L")) {
      Object made = build.call(name, "make");
      assertThat(pipe.copy(made)).isEqualTo(made).isNotSameAs(made);
    }
  }

  @Test
  void aWideRecordWhoseConstructorRefusesIsRefusedWithItsReason() {
    String ints =
        IntStream.range(0, 254).mapToObj(i -> "int i" + i).collect(Collectors.joining(", "));
    String source =
        "package acme; class W { static boolean strict; record R("
            + ints
            + ") { R { if (strict) throw new IllegalArgumentException(\"too wide\"); } }"
            + " static Object make() { var r = new R("
            + IntStream.range(0, 254).mapToObj(i -> "1").collect(Collectors.joining(", "))
            + "); strict = true; return r; } }";
    Compiled build = Compiled.of("acme.W", source);
    Pipe pipe = new Pipe(build.codec("acme"), build.codec("acme"));
    assertThatThrownBy(() -> pipe.copy(build.call("acme.W", "make")))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("acme.W$R refused what was sent")
        .hasMessageContaining("too wide")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEnumWithOtherConstantsAndARecordThatBecameAClassAreRefused() {
    Compiled one =
        Compiled.of(
            "acme.E", "package acme; public enum E { A, B; static Object make() { return B; } }",
            "acme.R",
                "package acme; record R(int x) { static Object make() { return new R(1); } }");
    Compiled two =
        Compiled.of(
            "acme.E", "package acme; public enum E { B, A }",
            "acme.R", "package acme; class R { int x; }");
    Pipe differing = new Pipe(one.codec("acme"), two.codec("acme"));
    assertThatThrownBy(() -> differing.copy(one.call("acme.E", "make")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("class acme.E differs")
        .hasMessageContaining("order there is A, B");
    assertThatThrownBy(() -> differing.copy(one.call("acme.R", "make")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("class acme.R differs")
        .hasMessageContaining("it is a record there, a class here");
  }

  @Test
  void aClassMissingOnTheOtherSideIsNamed() {
    Compiled one =
        Compiled.of(
            "acme.Only",
            "package acme; class Only { static Object make() { return new Only(); } }");
    Pipe pipe =
        new Pipe(
            one.codec("acme"),
            Pipe.codec(new AllowList(List.of("acme"), false), io.farref.Limits.DEFAULT));
    assertThatThrownBy(() -> pipe.copy(one.call("acme.Only", "make")))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("class acme.Only cannot be loaded on this worker");
  }

  @Test
  void aFailedMessageDoesNotAffectLaterOnes() {
    assertThatThrownBy(() -> pipe.copy(List.of("x", new Thread())))
        .isInstanceOf(EncodingException.class);
    assertThat(pipe.copy(List.of("x", new Positive(1)))).containsExactly("x", new Positive(1));
  }

  static final class Marked implements Serializable {
    @Serial private static final long serialVersionUID = 1;
    int x = 3;

    @Serial
    private Object writeReplace() {
      throw new IllegalStateException("Java serialization is not used");
    }
  }

  @Test
  void javaSerializationIsNotUsed() {
    assertThat(pipe.copy(new Marked()).x).isEqualTo(3);
  }
}
