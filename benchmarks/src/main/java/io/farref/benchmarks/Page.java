package io.farref.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Markdown page with sections that are generated, each between two marks. */
final class Page {
  private Page() {}

  /**
   * The page with other content between {@code <!-- benchmark:NAME -->} and {@code <!-- end -->}.
   *
   * @throws IllegalArgumentException if the page has no such marks
   */
  static String replace(String page, String section, String content) {
    String mark = "<!-- benchmark:" + section + " -->";
    Pattern between =
        Pattern.compile("(?s)" + Pattern.quote(mark) + ".*?" + Pattern.quote("<!-- end -->"));
    Matcher matcher = between.matcher(page);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "the page has no section between " + mark + " and <!-- end -->");
    }
    return matcher.replaceFirst(
        Matcher.quoteReplacement(mark + "\n" + content.strip() + "\n<!-- end -->"));
  }
}
