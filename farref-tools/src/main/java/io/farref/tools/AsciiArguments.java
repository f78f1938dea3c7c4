package io.farref.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;

/**
 * Program arguments in plain ASCII: a JVM that starts in a locale without UTF-8 reads anything else
 * wrongly. Bytes beyond ASCII, and the percent sign, are written as {@code %XX}.
 */
final class AsciiArguments {
  private static final HexFormat HEX = HexFormat.of();

  private AsciiArguments() {}

  static List<String> encode(List<String> arguments) {
    return arguments.stream().map(AsciiArguments::encode).toList();
  }

  private static String encode(String argument) {
    StringBuilder ascii = new StringBuilder();
    for (byte each : argument.getBytes(UTF_8)) {
      if (each > 0 && each != '%') {
        ascii.append((char) each);
      } else {
        HEX.toHexDigits(ascii.append('%'), each);
      }
    }
    return ascii.toString();
  }

  static String decode(String ascii) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < ascii.length(); i++) {
      char each = ascii.charAt(i);
      if (each == '%') {
        bytes.write(HexFormat.fromHexDigits(ascii, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(each);
      }
    }
    return bytes.toString(UTF_8);
  }
}
