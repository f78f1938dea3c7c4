package io.farref.node.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.call.UnreachableException;
import io.farref.observe.ProcessIdentity;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

class LossKindTest {
  private final Throwable end = new EOFException("the other side closed the connection");

  @Test
  void aPeerThatClosesTheConnectionAndStillRunsOnThisMachineIsUnreachable() {
    assertThat(LossKind.of(ProcessIdentity.CURRENT, false, end)).isEqualTo(LossKind.UNREACHABLE);
  }

  @Test
  void aPeerWhoseProcessHasEndedIsGone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    ProcessIdentity ended =
        new ProcessIdentity(ProcessIdentity.CURRENT.machine(), process.pid(), 1);
    assertThat(LossKind.of(ended, false, end)).isEqualTo(LossKind.GONE);
  }

  @Test
  void aPeerThatSaysGoodbyeIsGoneEvenIfItsProcessStillRuns() {
    assertThat(LossKind.of(ProcessIdentity.CURRENT, true, end)).isEqualTo(LossKind.GONE);
  }

  @Test
  void theCauseOfTheEndDecidesTheLossKindOfAPeerOnAnotherMachine() {
    assertThat(LossKind.of(ProcessIdentity.UNKNOWN, false, end)).isEqualTo(LossKind.GONE);
    assertThat(LossKind.of(ProcessIdentity.UNKNOWN, false, new UnreachableException("silent")))
        .isEqualTo(LossKind.UNREACHABLE);
  }
}
