package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.farref.EncodingException;
import io.farref.facade.MethodCall.Mode;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MethodCallCodecTest {
  private final CodecPipe pipe = new CodecPipe();

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCallArrivesWithItsModeMethodAndArguments(Mode mode) {
    for (boolean byName : new boolean[] {true, false}) {
      MethodCall arrived =
          pipe.transfer(new MethodCall(mode, byName, "add(int)", new Object[] {1, null, "x"}));
      assertThat(arrived.mode()).isEqualTo(mode);
      assertThat(arrived.byName()).isEqualTo(byName);
      assertThat(arrived.method()).isEqualTo("add(int)").isEqualTo(arrived.toString());
      assertThat(arrived.arguments()).containsExactly(1, null, "x");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 100, 1000})
  void anyNumberOfArgumentsTravels(int count) {
    Object[] arguments = new Object[count];
    Arrays.setAll(arguments, i -> i);
    assertThat(pipe.transfer(new MethodCall(Mode.CALL, true, "f", arguments)).arguments())
        .containsExactly(arguments);
  }

  @Test
  void theMethodIsASymbolAndTheArgumentsHavePaths() {
    var _ = pipe.transfer(new MethodCall(Mode.CALL, false, "f(int,int)", new Object[] {1, 2}));
    assertThat(pipe.symbols).containsExactly("f(int,int)");
    assertThat(pipe.fields).containsExactly("argument 0", "argument 1");
  }

  @Test
  void theAnswerThatThereIsNoCounterpartIsOneObject() {
    assertThat(pipe.transfer(NoCounterpart.INSTANCE)).isSameAs(NoCounterpart.INSTANCE);
  }

  @Test
  void garbageIsRefused() {
    var codec = new MethodCallCodec();
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> CodecPipe.read(codec, (byte) 3, "f", 0));
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> CodecPipe.read(codec, (byte) -1, "f", 0));
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> CodecPipe.read(codec, (byte) 0, "f", -1));
  }

  @Test
  void aLargeCountOfArgumentsThatDoNotFollowCostsNoMemory() {
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(
            () -> CodecPipe.read(new MethodCallCodec(), (byte) 0, "f", Integer.MAX_VALUE, "x"));
  }
}
