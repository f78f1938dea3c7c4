package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.UnreachableException;
import io.farref.observe.ProcessIdentity;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

class FateTest {
  private final Throwable end = new EOFException("the other side closed the connection");

  @Test
  void aPeerThatClosesTheConnectionAndStillRunsOnThisMachineIsUnreachable() {
    assertThat(Fate.of(ProcessIdentity.CURRENT, false, end)).isEqualTo(Fate.UNREACHABLE);
  }

  @Test
  void aPeerWhoseProcessHasEndedIsGone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    ProcessIdentity ended =
        new ProcessIdentity(ProcessIdentity.CURRENT.machine(), process.pid(), 1);
    assertThat(Fate.of(ended, false, end)).isEqualTo(Fate.GONE);
  }

  @Test
  void aPeerThatSaysGoodbyeIsGoneEvenIfItsProcessStillRuns() {
    assertThat(Fate.of(ProcessIdentity.CURRENT, true, end)).isEqualTo(Fate.GONE);
  }

  @Test
  void theCauseDecidesForAPeerOnAnotherMachine() {
    assertThat(Fate.of(ProcessIdentity.UNKNOWN, false, end)).isEqualTo(Fate.GONE);
    assertThat(Fate.of(ProcessIdentity.UNKNOWN, false, new UnreachableException("silent")))
        .isEqualTo(Fate.UNREACHABLE);
  }
}
