package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  private static final ProcessIdentity SELF = ProcessIdentity.CURRENT;

  @BeforeEach
  void onLinux() {
    assumeTrue(SELF.isOnThisMachine(), "the end of processes can be seen here");
  }

  @Test
  void thisProcessHasNotEnded() {
    assertThat(SELF.hasEnded()).isFalse();
    assertThat(SELF.pid()).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void aProcessThatExitedHasEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    assertThat(new ProcessIdentity(SELF.machine(), process.pid(), SELF.start()).hasEnded())
        .isTrue();
  }

  @Test
  void aProcessWithTheSameIdAndAnotherStartTimeIsAnotherProcess() {
    assertThat(new ProcessIdentity(SELF.machine(), SELF.pid(), SELF.start() - 1).hasEnded())
        .isTrue();
  }

  @Test
  void aProcessOfAnotherMachineIsNotKnownToHaveEnded() {
    assertThat(new ProcessIdentity(SELF.machine() + 2, 1, 1).hasEnded()).isFalse();
    assertThat(ProcessIdentity.UNKNOWN.hasEnded()).isFalse();
  }
}
