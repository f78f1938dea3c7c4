package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
  private static final ValueId ID = new ValueId(1, 2, 300);
  private static final List<LossReason> LOSSES =
      Arrays.stream(LossReason.values()).filter(each -> each != LossReason.TIMED_OUT).toList();

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            new ControlMessage.Hold(ID, 5, 0, 0x0807060504030201L),
            "01 01 02 ac02 05 0102030405060708"),
        Arguments.of(
            new ControlMessage.Hold(ID, 5, 200, -2), "02 01 02 ac02 05 c801 feffffffffffffff"),
        Arguments.of(new ControlMessage.Held(ID, 5), "03 01 02 ac02 05"),
        Arguments.of(new ControlMessage.Gone(ID, 5, LossReason.FREED), "04 01 02 ac02 05 03"),
        Arguments.of(new ControlMessage.Release(ID, 5), "05 01 02 ac02 05"),
        Arguments.of(new ControlMessage.Done(ID, 7), "06 01 02 ac02 07"),
        Arguments.of(new ControlMessage.Voided(ID), "07 01 02 ac02"),
        Arguments.of(
            new ControlMessage.Origin(ID, new StackTraceElement("C", "m", "C.java", 5)),
            "08 01 02 ac02 01 43 01 6d 06 432e6a617661 0a"),
        Arguments.of(new ControlMessage.Full(ID, 5, 200), "09 01 02 ac02 05 c801"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void theBytesOfEachMessageAreFixed(ControlMessage message, String hex) {
    byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(encode(message)).isEqualTo(expected);
    assertThat(ControlMessage.read(new Input(expected))).isEqualTo(message);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TIMED_OUT") // which is never sent
  void everyLossKeepsItsMeaning(LossReason loss) {
    ControlMessage message = new ControlMessage.Gone(ID, 0, loss);

    assertThat(ControlMessage.read(new Input(encode(message)))).isEqualTo(message);
  }

  @Test
  void everyMessageIsReadAsItWasWrittenAlsoInABatch() {
    SplittableRandom random = new SplittableRandom(42);
    ControlMessage[] messages =
        random.ints(2_000).mapToObj(_ -> any(random)).toArray(ControlMessage[]::new);
    Output out = new Output(16);
    for (ControlMessage message : messages) {
      ControlMessage.write(message, out);
    }

    Input in = new Input(out.toByteArray());
    for (ControlMessage message : messages) {
      assertThat(ControlMessage.read(in)).isEqualTo(message);
    }
    assertThat(in.remaining()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "00 01 02 03 04", // a kind too low
        "0a 01 02 03 04", // a kind too high
        "01 01 02 03", // cut short
        "01 01 02 03 04 01020304050607", // a token cut short
        "01 ffffffff0f 02 03 04", // a negative owner
        "01 01 ffffffff0f 03 04", // a negative creator
        "01 01 02 ffffffffffffffffff01 04", // a negative value
        "05 01 02 03 ffffffffffffffffff01", // a negative holding
        "05 01 02 03 ffffffffffffffff7f", // a holding that leaves no room for its stamp
        "02 01 02 03 04 00", // a transfer of number 0 is none
        "06 01 02 03 00",
        "06 01 02 03 ffffffffffffffffff01", // a negative transfer
        "04 01 02 03 04 07" // an unknown loss
      })
  void garbageIsRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> ControlMessage.read(new Input(bytes)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void randomBytesAreReadOrRefusedAsMalformed() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (bytes.length > 0) {
        bytes[0] &= 15;
      }
      try {
        ControlMessage.read(new Input(bytes));
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void theNamesOfAnOriginAreCutByTheReceiverToo() {
    String name = "n".repeat(100_000);
    Output out = new Output(16);
    ControlMessage.write(new ControlMessage.Origin(ID, new StackTraceElement("", "", "", 5)), out);
    Output forged = new Output(16);
    forged.writeBytes(out.array(), 0, out.size() - 4); // without the names and the line
    for (int i = 0; i < 3; i++) {
      forged.writeUtf8(name);
    }
    forged.writeZigZag(5);
    String cut = name.substring(0, 512);

    assertThat(ControlMessage.read(new Input(forged.toByteArray())))
        .isEqualTo(new ControlMessage.Origin(ID, new StackTraceElement(cut, cut, cut, 5)));
    ControlMessage sent = new ControlMessage.Origin(ID, new StackTraceElement(name, name, name, 5));
    assertThat(encode(sent)).hasSizeLessThan(2_000);
  }

  private static byte[] encode(ControlMessage message) {
    Output out = new Output(16);
    ControlMessage.write(message, out);
    return out.toByteArray();
  }

  private static ControlMessage any(SplittableRandom random) {
    ValueId id = new ValueId(upTo31Bits(random), upTo31Bits(random), upTo62Bits(random));
    long number = upTo62Bits(random);
    return switch (random.nextInt(9)) {
      case 0 -> new ControlMessage.Hold(id, number, 0, random.nextLong());
      case 1 -> new ControlMessage.Hold(id, number, 1 + upTo62Bits(random), random.nextLong());
      case 2 -> new ControlMessage.Held(id, number);
      case 3 -> new ControlMessage.Gone(id, number, LOSSES.get(random.nextInt(LOSSES.size())));
      case 4 -> new ControlMessage.Release(id, number);
      case 5 -> new ControlMessage.Done(id, 1 + upTo62Bits(random));
      case 6 -> new ControlMessage.Voided(id);
      case 7 -> new ControlMessage.Full(id, number, random.nextInt(1 << 20));
      default -> {
        String file = random.nextBoolean() ? "File.java" : null;
        yield new ControlMessage.Origin(
            id, new StackTraceElement("p.Type", "method", file, random.nextInt(-2, 10_000)));
      }
    };
  }

  private static int upTo31Bits(SplittableRandom random) {
    return random.nextInt() >>> (1 + random.nextInt(31));
  }

  private static long upTo62Bits(SplittableRandom random) {
    return random.nextLong() >>> (2 + random.nextInt(62));
  }
}
