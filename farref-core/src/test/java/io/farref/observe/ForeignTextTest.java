package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a text that came from outside. */
class ForeignTextTest {
  @Test
  void plainTextOfAnyLanguageStaysAsItIs() {
    for (String each : new String[] {"", "worker 'b' is gone", "C:\\x", "größer – 大きい", "👍"}) {
      assertThat(ForeignText.of(each)).isSameAs(each);
    }
  }

  @Test
  void whatATerminalOrAnEditorObeysIsShownAndNotDone() {
    assertThat(ForeignText.of("no\nINFO: all is well\r\t\u001b[2J"))
        .isEqualTo("no\\nINFO: all is well\\r\\t\\u{1b}[2J");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 8, 0x0B, 0x0C, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x061C, 0x200B, 0x200E, 0x2028, 0x2029,
        0x202A, 0x202E, 0x2066, 0x2069, 0xD800, 0xDFFF, 0xE000, 0xFEFF, 0xFFFF, 0xE0001, 0x10FFFF
      })
  void noOtherSuchCharacterPasses(int character) {
    String text = "a" + new String(Character.toChars(character)) + "b";
    assertThat(ForeignText.isPlain(text)).isFalse();
    assertThat(ForeignText.of(text)).isEqualTo("a\\u{" + Integer.toHexString(character) + "}b");
  }

  @Test
  void aLongTextIsCutAndSaysSo() {
    assertThat(ForeignText.of("x".repeat(3_000)))
        .isEqualTo("x".repeat(1_000) + "… (2000 characters more)");
    assertThat(ForeignText.of("\n".repeat(1_000_000))).hasSizeLessThan(1_100);
  }

  @Test
  void theTextOfAFailureIsOnOneLineAndNotLong() {
    assertThat(FailureText.of(new IOException("it said a\nb"))).isEqualTo("it said a\\nb");
    assertThat(FailureText.of(new IOException("x".repeat(100_000)))).hasSizeLessThan(3_000);
    assertThat(FailureText.of(new Error("a\u2028b"))).isEqualTo("java.lang.Error: a\\u{2028}b");
  }
}
