package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RefusedException;
import java.io.Serializable;
import java.time.LocalDate;
import java.time.chrono.ChronoLocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparators that the JDK makes: the usual ones of sorted maps. */
class ComparatorsTest {
  private interface Key<T, R> extends Function<T, R>, Serializable {}

  private static final Comparator<String> BY_LENGTH =
      Comparator.comparing((Key<String, Integer>) String::length);

  private final Pipe pipe = Pipe.of();

  static List<Comparator<String>> ofStrings() {
    ToIntFunction<String> toInt = (ToIntFunction<String> & Serializable) String::length;
    ToLongFunction<String> toLong = (ToLongFunction<String> & Serializable) s -> -s.length();
    ToDoubleFunction<String> toDouble = (ToDoubleFunction<String> & Serializable) s -> s.charAt(0);
    Key<String, String> key = s -> s.substring(1);
    return List.of(
        BY_LENGTH,
        BY_LENGTH.reversed(),
        BY_LENGTH.thenComparing(Comparator.naturalOrder()),
        BY_LENGTH.thenComparing(Comparator.reverseOrder()).reversed(),
        BY_LENGTH.thenComparing(key),
        BY_LENGTH.thenComparing(key, Collections.reverseOrder()),
        BY_LENGTH.thenComparingInt(toInt).thenComparingLong(toLong).thenComparingDouble(toDouble),
        Comparator.comparing(key, String.CASE_INSENSITIVE_ORDER),
        Comparator.comparingInt(toInt),
        Comparator.comparingLong(toLong),
        Comparator.comparingDouble(toDouble));
  }

  static List<Comparator<String>> withNulls() {
    return List.of(
        Comparator.nullsFirst(BY_LENGTH),
        Comparator.nullsLast(Comparator.naturalOrder()),
        Comparator.nullsFirst(BY_LENGTH).thenComparing(Comparator.nullsLast(BY_LENGTH)).reversed());
  }

  @ParameterizedTest
  @MethodSource("ofStrings")
  void aComparatorThatTheJdkMadeSortsAsBefore(Comparator<String> comparator) {
    TreeMap<String, Integer> map = new TreeMap<>(comparator);
    for (String each : List.of("bb", "a", "CCC", "c", "Ab", "aab", "BB")) {
      map.put(each, map.size());
    }
    for (int i = 0; i < 3; i++) {
      TreeMap<String, Integer> copy = pipe.copy(map);
      assertThat(List.copyOf(copy.entrySet())).isEqualTo(List.copyOf(map.entrySet()));
      copy.put("dddd", 1);
      TreeMap<String, Integer> same = new TreeMap<>(map);
      same.put("dddd", 1);
      assertThat(List.copyOf(copy.keySet())).isEqualTo(List.copyOf(same.keySet()));
    }
    assertThat(pipe.copy(pipe.copy(comparator)).compare("a", "bbb"))
        .isEqualTo(comparator.compare("a", "bbb"));
  }

  @ParameterizedTest
  @MethodSource("withNulls")
  void aComparatorThatPutsNullsInTheirPlaceSortsAsBefore(Comparator<String> comparator) {
    List<String> list = new ArrayList<>(Arrays.asList("bb", null, "a", "ccc", null));
    List<String> same = new ArrayList<>(list);
    list.sort(pipe.copy(comparator));
    same.sort(comparator);
    assertThat(list).isEqualTo(same);
  }

  @Test
  void theComparatorsOfEntriesAndOfDatesTravel() {
    List<Comparator<Map.Entry<String, Integer>>> ofEntries =
        List.of(
            Map.Entry.comparingByKey(),
            Map.Entry.comparingByValue(),
            Map.Entry.comparingByKey(BY_LENGTH),
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()).reversed());
    for (Comparator<Map.Entry<String, Integer>> each : ofEntries) {
      TreeSet<Map.Entry<String, Integer>> set = new TreeSet<>(each);
      set.addAll(List.of(Map.entry("b", 2), Map.entry("aa", 3), Map.entry("c", 1)));
      assertThat(List.copyOf(pipe.copy(set))).isEqualTo(List.copyOf(set));
    }
    Comparator<ChronoLocalDate> dates = pipe.copy(ChronoLocalDate.timeLineOrder());
    assertThat(dates.compare(LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1))).isNegative();
    Comparator<? super Map.Entry<String, Integer>> ofSpliterator =
        pipe.copy(new TreeMap<>(Map.of("a", 1)).entrySet().spliterator().getComparator());
    assertThat(ofSpliterator.compare(Map.entry("a", 1), Map.entry("b", 1))).isNegative();
  }

  @Test
  @SuppressWarnings("BoxingComparator") // the form that people write
  void aKeyThatIsNotSerializableIsRefusedWithItsPathAndWithWhatToWrite() {
    TreeMap<String, Integer> map = new TreeMap<>(Comparator.comparing(String::length));
    assertThatThrownBy(() -> pipe.copy(map))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("comparator() -> fn.captured[0]")
        .hasMessageContaining("(Function<...> & Serializable)");
  }

  @Test
  void aForgedComparatorIsRefused() {
    FunctionDefinition forged =
        new FunctionDefinition(
            "java/util/Comparator",
            "java/util/Comparator",
            "compare",
            "(Ljava/lang/Object;Ljava/lang/Object;)I",
            6,
            "java/util/Comparator",
            "lambda$comparing$0$1",
            "()V",
            "()V",
            0,
            0,
            List.of());
    pipe.inbound.define(0, forged.toBytes());
    assertThatThrownBy(() -> pipe.read(new byte[] {Tags.FUNCTION, 0}))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("a lambda of java.util.Comparator is not in the build");
  }
}
