package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The bytes of one value of each kind, on a fresh connection each: a change of the format shows
 * here. Regenerate codec-vectors.txt from the failure's "actual" only if the change is meant.
 */
class CodecVectorsTest {
  private static final Pattern LINE = Pattern.compile("(\\S+) (\\S*)");

  @Test
  void everyKindOfValueHasFixedBytes() throws IOException {
    Map<String, String> actual = new LinkedHashMap<>();
    Samples.all()
        .forEach(
            (name, value) -> actual.put(name, HexFormat.of().formatHex(Pipe.of().write(value))));
    assertThat(lines(actual)).isEqualTo(lines(expected()));
  }

  @Test
  void theSamplesUseMostTags() {
    Map<Integer, Integer> tags = new TreeMap<>();
    Samples.all()
        .values()
        .forEach(value -> tags.merge(Pipe.of().write(value)[0] & 0xFF, 1, Integer::sum));
    assertThat(tags).hasSizeGreaterThan(50);
  }

  @Test
  void typesOfTheLibraryAreDefinedUnderTheirWireNames() {
    assertThat(
            definitions(
                Execution.EXECUTED, RRef[].class, new RefusedException("x", Execution.EXECUTED)))
        .containsExactly(
            "T_.execution___NOT_EXECUTED_MAYBE_EXECUTED_EXECUTED",
            "C_[L.reference;",
            "T_.refused-error___.error.execution:.execution_.refused-error.overload:boolean");
  }

  private static List<String> definitions(Object... values) {
    List<String> definitions = new ArrayList<>();
    InboundSymbols inbound = new InboundSymbols(100);
    OutboundSymbols outbound =
        new OutboundSymbols(
            (id, bytes) -> {
              inbound.define(id, bytes);
              String text = new String(bytes, StandardCharsets.ISO_8859_1);
              definitions.add(text.replaceAll("[^ -~]", "_"));
            },
            100);
    Codec codec = Pipe.codec(Pipe.ALLOW, Limits.DEFAULT);
    Pipe pipe = new Pipe(codec, codec, inbound, outbound);
    for (Object value : values) {
      assertThat((Object) pipe.copy(value)).hasSameClassAs(value);
    }
    return definitions;
  }

  private static Map<String, String> expected() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    try (InputStream stream = CodecVectorsTest.class.getResourceAsStream("/codec-vectors.txt")) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      Matcher line = LINE.matcher(text);
      while (line.find()) {
        expected.put(line.group(1), line.group(2));
      }
    }
    return expected;
  }

  private static String lines(Map<String, String> vectors) {
    StringBuilder text = new StringBuilder();
    vectors.forEach((name, hex) -> text.append(name).append(' ').append(hex).append('\n'));
    return text.toString();
  }
}
