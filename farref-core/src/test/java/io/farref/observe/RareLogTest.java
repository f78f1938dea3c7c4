package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often a problem that comes again and again is logged. */
class RareLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  private boolean isBroken;

  private final class Lines implements Logger {
    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      if (isBroken) {
        throw new NoClassDefFoundError("injected");
      }
      lines.add(level + " " + message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      lines.add(level + " " + format);
    }
  }

  @Test
  void aProblemIsLoggedAtOnceAndThenOnceInTenSecondsWithTheNumberOfThoseLeftOut() {
    RareLog log = new RareLog(new Lines(), now::get);
    for (int i = 0; i < 3; i++) {
      log.warn("cannot accept", new IOException("broken"));
      now.addAndGet(TimeUnit.SECONDS.toNanos(3));
    }
    now.addAndGet(TimeUnit.SECONDS.toNanos(3));
    log.warn("cannot accept", new IOException("again"));
    assertThat(lines)
        .containsExactly(
            "WARNING cannot accept: broken",
            "WARNING cannot accept (and 2 times before, not logged): again");
  }

  @Test
  void whatOthersBringAboutIsLoggedOnOneLine() {
    RareLog log = new RareLog(new Lines(), now::get);
    log.warnBriefly("refused a connection", "it said a\nb");
    log.warnBriefly("refused a connection", "it said c");
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    log.warnBriefly("refused a connection", "it said d");
    assertThat(lines)
        .containsExactly(
            "WARNING refused a connection: it said a\\nb",
            "WARNING refused a connection (and 1 times before, not logged): it said d");
  }

  @Test
  void aLogThatFailsDoesNotEndTheThreadAndTheNextLineCountsWhatItMissed() {
    RareLog log = new RareLog(new Lines(), now::get);
    isBroken = true;
    log.warn("cannot accept", new IOException("broken"));
    isBroken = false;
    log.warn("cannot accept", new IOException("again"));
    assertThat(lines)
        .containsExactly("WARNING cannot accept (and 1 times before, not logged): again");
  }
}
