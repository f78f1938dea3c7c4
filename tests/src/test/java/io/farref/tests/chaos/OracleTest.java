package io.farref.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.tests.chaos.Fault.Event;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Mark;
import io.farref.tests.chaos.Journal.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle detects each kind of violation. Process 1 is at n0, process 2 at n1. */
class OracleTest {
  private static final long CALL = 1L << 32 | 1;
  private static final long FIRST_OF_TWO = 2 << 8 | 1;

  @TempDir private Path directory;
  private Journal one;
  private Journal two;

  @BeforeEach
  void open() throws IOException {
    one = new Journal(directory.resolve("journal-1"), System.currentTimeMillis() - 5_000);
    two = new Journal(directory.resolve("journal-2"), System.currentTimeMillis() - 5_000);
  }

  @AfterEach
  void close() throws IOException {
    one.close();
    two.close();
  }

  private List<String> verdict(Event... events) throws IOException {
    Options options = Options.standard(1).of(2).losingAfter(Duration.ofSeconds(1));
    Oracle oracle = new Oracle(options, Map.of(1L, 0, 2L, 1), List.of(events), Integer.MAX_VALUE);
    oracle.read(directory);
    oracle.check();
    return oracle.violations();
  }

  private static Event event(Fault fault, int node, int start, int end) {
    return new Event(fault, List.of(node), start, end, end);
  }

  private void ended(Kind kind, Outcome outcome) {
    one.write(Mark.ISSUED, kind, Outcome.NONE, 1, CALL, 1L << 8);
    one.write(Mark.ENDED, kind, outcome, 1, CALL, 0);
  }

  private void ran(int times) {
    for (int i = 0; i < times; i++) {
      two.write(Mark.BEGUN, Kind.NONE, Outcome.NONE, 0, CALL, 0);
      two.write(Mark.DONE, Kind.NONE, Outcome.NONE, 0, CALL, 0);
    }
  }

  @Test
  void aCallThatRanOnceAndHasItsValueIsNoViolation() throws IOException {
    ended(Kind.VALUE, Outcome.VALUE);
    ran(1);
    assertThat(verdict()).isEmpty();
  }

  @Test
  void aValueOfACallThatDidNotRunIsDetected() throws IOException {
    ended(Kind.VALUE, Outcome.VALUE);
    assertThat(verdict()).singleElement().asString().contains("did not run");
  }

  @Test
  void aCallThatRanTwiceIsDetected() throws IOException {
    ended(Kind.VALUE, Outcome.VALUE);
    ran(2);
    assertThat(verdict()).singleElement().asString().contains("ran more than once");
  }

  @Test
  void aWrongValueIsDetected() throws IOException {
    ended(Kind.COUNT, Outcome.WRONG);
    ran(1);
    assertThat(verdict()).singleElement().asString().contains("wrong value");
  }

  @Test
  void aCallThatRanAlthoughItsFailureSaysNotExecutedIsDetected() throws IOException {
    ended(Kind.VALUE, Outcome.NOT_EXECUTED);
    ran(1);
    assertThat(verdict(event(Fault.KILL, 1, 0, 60_000))).singleElement().asString().contains("ran");
  }

  @Test
  void aFailureNeedsAFaultThatConcernsItsNodes() throws IOException {
    ended(Kind.VALUE, Outcome.MAYBE_EXECUTED);
    assertThat(verdict()).singleElement().asString().contains("no reason");
    assertThat(verdict(event(Fault.CUT, 1, 0, 60_000))).hasSize(1);
    assertThat(verdict(event(Fault.KILL, 2, 0, 60_000))).hasSize(1);
    assertThat(verdict(event(Fault.KILL, 1, 0, 10))).hasSize(1);
    assertThat(verdict(event(Fault.KILL, 1, 0, 60_000))).isEmpty();
    assertThat(verdict(event(Fault.LONG_CUT, 0, 0, 60_000))).isEmpty();
  }

  @Test
  void aUseMayFailIfAProcessDiedAfterTheReferenceWasMade() throws IOException {
    ended(Kind.USE, Outcome.NOT_EXECUTED); // made after a millisecond, used after five seconds
    assertThat(verdict(event(Fault.KILL, 1, 1_000, 2_000))).isEmpty();
  }

  @Test
  void aCreationThatDidNotRunIsDetected() throws IOException {
    ended(Kind.CREATE, Outcome.UNASKED);
    assertThat(verdict()).singleElement().asString().contains("no reason not to run");
  }

  @Test
  void aCallThatNeverEndsIsDetected() throws IOException {
    one.write(Mark.ISSUED, Kind.VALUE, Outcome.NONE, 1, CALL, 0);
    ran(1);
    assertThat(verdict()).singleElement().asString().contains("never ended");
    assertThat(verdict(event(Fault.KILL, 0, 4_900, 60_000))).isEmpty();
  }

  @Test
  void aLossWithoutReasonIsDetected() throws IOException {
    one.write(Mark.LOST, Kind.NONE, Outcome.NONE, 1, FIRST_OF_TWO, 0);
    assertThat(verdict(event(Fault.RESET, 1, 0, 60_000)))
        .singleElement()
        .asString()
        .contains("without a reason");
  }

  @Test
  void aLossThatIsNotReportedIsDetected() throws IOException {
    one.write(Mark.JOINED, Kind.NONE, Outcome.NONE, 0, 1 << 8 | 1, 0);
    one.write(Mark.SAW, Kind.NONE, Outcome.NONE, 1, FIRST_OF_TWO, 0);
    Event kill = event(Fault.KILL, 1, one.now() + 1, one.now() + 60_000);
    assertThat(verdict(kill)).singleElement().asString().contains("was not told");
    one.write(Mark.LOST, Kind.NONE, Outcome.NONE, 1, FIRST_OF_TWO + 1, 0);
    assertThat(verdict(kill)).as("another incarnation").anyMatch(each -> each.contains("told"));
  }

  @Test
  void aLossOfAProcessThatJoinedAfterTheKillIsDetected() throws IOException {
    two.write(Mark.JOINED, Kind.NONE, Outcome.NONE, 1, FIRST_OF_TWO, 0);
    one.write(Mark.LOST, Kind.NONE, Outcome.NONE, 1, FIRST_OF_TWO, 0);
    assertThat(verdict(event(Fault.KILL, 1, 0, 60_000)))
        .singleElement()
        .asString()
        .contains("without a reason");
  }
}
