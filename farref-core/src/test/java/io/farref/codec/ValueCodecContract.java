package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import io.farref.spi.ValueCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link ValueCodec}. A subclass supplies the codec and some values.
 *
 * @param <T> the codec's class
 */
abstract class ValueCodecContract<T> {
  private Pipe pipe = Pipe.of();

  /** The codec. */
  abstract ValueCodec<T> codec();

  /** Values that differ. */
  abstract List<T> values();

  /** Whether a copy is as good as its original. */
  boolean isCopy(T original, T copy) {
    return original.equals(copy);
  }

  @BeforeEach
  void makePipe() {
    Codec codec =
        new Codec(
            new AllowList(List.of("nothing"), false),
            io.farref.Limits.DEFAULT,
            List.of(codec()),
            getClass().getClassLoader());
    pipe = new Pipe(codec, codec);
  }

  @Test
  void valuesArriveEqual() {
    for (T value : values()) {
      T copy = pipe.copy(value);
      assertThat(isCopy(value, copy)).as("%s -> %s", value, copy).isTrue();
      assertThat(copy).hasSameClassAs(value);
    }
  }

  @Test
  void valuesArriveEqualAmongOthersAndStayShared() {
    List<Object> all = new ArrayList<>();
    for (T value : values()) {
      all.add("before");
      all.add(value);
      all.add(5);
      all.add(value);
    }
    List<Object> copy = pipe.copy(all);
    for (int i = 0; i < all.size(); i += 4) {
      assertThat(copy.get(i)).isEqualTo("before");
      assertThat(copy.get(i + 2)).isEqualTo(5);
      assertThat(copy.get(i + 3)).isSameAs(copy.get(i + 1));
    }
    Map<String, Object> map = new HashMap<>();
    values().forEach(value -> map.put("" + map.size(), value));
    assertThat(pipe.copy(map)).hasSameSizeAs(map);
  }

  @Test
  void theSameValueIsWrittenTheSameWayAgain() {
    for (T value : values()) {
      pipe.write(value);
      assertThat(pipe.write(value)).isEqualTo(pipe.write(value));
    }
  }

  @Test
  void garbageGivesAnRpcExceptionOrMalformedExceptionAndNothingElse() {
    Random random = new Random(7);
    for (T value : values()) {
      byte[] good = pipe.write(value);
      for (int i = 0; i < 500; i++) {
        byte[] bad = i < good.length ? Arrays.copyOf(good, i) : good.clone();
        for (int j = 0; i >= good.length && j < 3; j++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        try {
          pipe.read(bad);
        } catch (MalformedException | EncodingException | RefusedException expected) {
          assertThat(expected).hasMessageNotContaining("null");
        }
      }
    }
  }

  @Test
  void theClassTravelsOnlyWhereItsCodecIsRegistered() {
    Codec other = Pipe.codec(new AllowList(List.of("nothing"), false), io.farref.Limits.DEFAULT);
    assertThatThrownBy(() -> new Pipe(other, other).copy(new Object[] {values().getFirst()}))
        .isInstanceOfAny(RefusedException.class, EncodingException.class);
  }
}
