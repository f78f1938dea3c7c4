package io.farref.observe;

/**
 * Text that came from outside, made fit for a log and for the message of an exception: on one line,
 * without characters that a terminal or an editor obeys, and not long. Everything that another
 * party said goes through here before a person reads it.
 */
public final class ForeignText {
  /** The most characters of one text. */
  static final int MOST = 1_000;

  private ForeignText() {}

  /**
   * The text with visible escapes in place of line ends, of control characters, and of characters
   * that change the direction or the look of others; cut if it is longer than {@value #MOST}.
   */
  public static String of(String said) {
    return of(said, MOST);
  }

  /** A place in the code of another party, with names of which the same is true. */
  public static StackTraceElement of(StackTraceElement said) {
    String file = said.getFileName();
    return new StackTraceElement(
        of(said.getClassName()),
        of(said.getMethodName()),
        file == null ? null : of(file),
        said.getLineNumber());
  }

  static String of(String said, int most) {
    if (said.length() <= most && isPlain(said)) {
      return said;
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < said.length() && text.length() < most) {
      int next = said.codePointAt(at);
      at += Character.charCount(next);
      append(text, next);
    }
    if (at < said.length()) {
      text.append("… (").append(said.length() - at).append(" characters more)");
    }
    return text.toString();
  }

  /** Whether the text has no character that would be escaped. */
  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(ForeignText::isPlain);
  }

  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void append(StringBuilder text, int character) {
    switch (character) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (isPlain(character)) {
          text.appendCodePoint(character);
        } else {
          text.append("\\u{").append(Integer.toHexString(character)).append('}');
        }
      }
    }
  }
}
