package io.farref.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;

/**
 * Strings, exactly as they are, unpaired surrogates included: {@code length << 2 | form}, then the
 * characters. Form 0: one byte each. Form 1: two bytes each, little-endian. Form 2: UTF-8, if it
 * loses nothing and is shorter; its length is in bytes.
 */
final class Strings {
  private static final int LATIN1 = 0;
  private static final int UTF16 = 1;
  private static final int UTF8 = 2;
  private static final int SHORT = 64;

  private Strings() {}

  static void write(Output out, String value) {
    int length = value.length();
    if (length <= SHORT) {
      if (!isLatin1(value)) {
        writeWide(out, value);
        return;
      }
      out.writeVarInt((length << 2) | LATIN1);
      int at = out.skip(length);
      byte[] bytes = out.array();
      for (int i = 0; i < length; i++) {
        bytes[at + i] = (byte) value.charAt(i);
      }
    } else {
      byte[] latin1 = value.getBytes(ISO_8859_1);
      if (!new String(latin1, ISO_8859_1).equals(value)) {
        writeWide(out, value);
        return;
      }
      writeHeader(out, length, LATIN1);
      out.writeBytes(latin1, 0, length);
    }
  }

  static String read(Input in, Limits limits) {
    long header = in.readVarLong();
    int form = (int) header & 3;
    long units = header >>> 2;
    long bytes = form == UTF16 ? units * 2 : units;
    if (bytes > in.remaining()) {
      throw new MalformedException(
          "a string of " + bytes + " bytes with " + in.remaining() + " bytes left");
    }
    Limits.check("maxElements", units, limits.maxElements());
    int length = (int) bytes;
    int at = in.position();
    in.skip(length);
    return switch (form) {
      case LATIN1 -> new String(in.array(), at, length, ISO_8859_1);
      case UTF8 -> new String(in.array(), at, length, UTF_8);
      case UTF16 -> readUtf16(in.array(), at, (int) units);
      default -> throw new MalformedException("string form " + form);
    };
  }

  private static void writeWide(Output out, String value) {
    int length = value.length();
    long utf8 = 0;
    boolean paired = true;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c < 0x80) {
        utf8++;
      } else if (c < 0x800) {
        utf8 += 2;
      } else if (!Character.isSurrogate(c)) {
        utf8 += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        utf8 += 4;
        i++;
      } else {
        paired = false;
        break;
      }
    }
    if (paired && utf8 < 2L * length) {
      byte[] bytes = value.getBytes(UTF_8);
      writeHeader(out, bytes.length, UTF8);
      out.writeBytes(bytes, 0, bytes.length);
      return;
    }
    writeHeader(out, length, UTF16);
    int at = out.skip(Math.multiplyExact(length, 2));
    byte[] bytes = out.array();
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      bytes[at++] = (byte) c;
      bytes[at++] = (byte) (c >>> 8);
    }
  }

  private static void writeHeader(Output out, int length, int form) {
    out.writeVarLong(((long) length << 2) | form);
  }

  private static String readUtf16(byte[] bytes, int from, int length) {
    char[] chars = new char[length];
    int at = from;
    for (int i = 0; i < length; i++) {
      chars[i] = (char) ((bytes[at] & 0xFF) | (bytes[at + 1] << 8));
      at += 2;
    }
    return new String(chars);
  }

  private static boolean isLatin1(String value) {
    int all = 0;
    for (int i = 0; i < value.length(); i++) {
      all |= value.charAt(i);
    }
    return all <= 0xFF;
  }
}
